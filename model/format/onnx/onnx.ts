/**
 * A network as a plain ONNX file that any runtime loads. Its input is `input`, float32 [1, channels, height,
 * width]: what Radlite's own engine takes, normalised by the input recipe, with the channels in front. Its
 * output is `logits`, float32 [1, n]. Calibration and labels stay outside.
 */
import type { Network } from "../network.ts";
import { requireSound } from "../validation.ts";
import { convertNode } from "./operators.ts";
import { intAttribute, type OnnxPiece } from "./piece.ts";
import { DATA_TYPES, encodeOnnxModel, type OnnxValueInfo } from "./schema.ts";

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const INPUT_NAME = "input";
const OUTPUT_NAME = "logits";

/**
 * The bytes of an ONNX model, opset 17, weights as float32.
 * @param options.outputs values, other than the input, that the model gives after its logits, [1, c, h, w] each
 * @throws BAD_INPUT for an inconsistent network.
 */
export function encodeOnnx(
  network: Network,
  { outputs = [] }: { outputs?: readonly number[] } = {},
): Uint8Array {
  const shapes = requireSound(network);
  const { input, nodes, tensors } = network;
  const nameOf = (value: number): string => (value === 0 ? INPUT_NAME : `value_${value}`);
  const pieces: OnnxPiece[] = nodes.map((node, index) =>
    convertNode(
      {
        node,
        input: shapes[node.inputs[0]!]!,
        output: shapes[index + 1]!,
        sources: node.inputs.map(nameOf),
        isBehindPad: nodes[node.inputs[0]! - 1]?.op === "Pad",
        name: nameOf(index + 1),
      },
      tensors,
    ),
  );
  const flatten = {
    op_type: "Flatten",
    name: `Flatten_${OUTPUT_NAME}`,
    input: [nameOf(nodes.length)],
    output: [OUTPUT_NAME],
    attribute: [intAttribute("axis", 1)],
  };

  return encodeOnnxModel({
    ir_version: IR_VERSION,
    producer_name: "radlite",
    opset_import: [{ domain: "", version: OPSET_VERSION }],
    graph: {
      name: "radlite",
      node: [...pieces.flatMap((piece) => piece.nodes), flatten],
      initializer: pieces.flatMap((piece) => piece.initializers),
      input: [valueInfo(INPUT_NAME, [1, input.channels, input.height, input.width])],
      output: [
        valueInfo(OUTPUT_NAME, [1, shapes.at(-1)![2]]),
        ...outputs.map((value) => {
          const [height, width, channels] = shapes[value]!;
          return valueInfo(nameOf(value), [1, channels, height, width]);
        }),
      ],
    },
  });
}

function valueInfo(name: string, dims: number[]): OnnxValueInfo {
  const shape = { dim: dims.map((dim_value) => ({ dim_value })) };
  return { name, type: { tensor_type: { elem_type: DATA_TYPES.float32, shape } } };
}
