/**
 * A network as a plain ONNX file that any runtime loads, over batches of any size. Its input is `input`, float32
 * [batch, channels, height, width]: what Radlite's own engine takes, normalised by the input recipe, with the channels
 * in front. Its output is `logits`, float32 [batch, n]. With preprocessing it takes pictures themselves, `picture`, and
 * gives `probability` as well (preprocessing.ts). What else is needed to use it goes along as text, where ONNX has a
 * place for it: `metadata_props`.
 */
import type { Network } from "../network.ts";
import { requireSound } from "../validation.ts";
import { convertNode } from "./operators.ts";
import { intAttribute, type OnnxPiece } from "./piece.ts";
import { convertPicture, convertProbability, type PictureLevels } from "./preprocessing.ts";
import { DATA_TYPES, encodeOnnxModel, type OnnxDimension, type OnnxValueInfo } from "./schema.ts";

export { LEAST_DEVIATION, PICTURE_LEVELS, type PictureLevels } from "./preprocessing.ts";

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const INPUT_NAME = "input";
const OUTPUT_NAME = "logits";
const PICTURE_NAME = "picture";
const PROBABILITY_NAME = "probability";
const BATCH = "batch";

export interface OnnxOptions {
  /** Values, other than the input, that the model gives after its logits, [batch, c, h, w] each. */
  outputs?: readonly number[];
  /** Pictures in, calibrated probabilities out, besides the logits. */
  preprocessing?: { levels: PictureLevels; temperature: number };
  /** `metadata_props`, in this order. */
  metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX model, opset 17, weights as float32.
 * @throws BAD_INPUT for an inconsistent network, and with preprocessing for one of more than two logits.
 */
export function encodeOnnx(
  network: Network,
  { outputs = [], preprocessing, metadata = {} }: OnnxOptions = {},
): Uint8Array {
  const shapes = requireSound(network);
  const { input, nodes, tensors } = network;
  const nameOf = (value: number): string => (value === 0 ? INPUT_NAME : `value_${value}`);
  const logits = shapes.at(-1)![2];
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
  pieces.push({ nodes: [flatten], initializers: [] });
  if (preprocessing) {
    const { levels, temperature } = preprocessing;
    pieces.unshift(convertPicture(input, levels, PICTURE_NAME, INPUT_NAME));
    pieces.push(convertProbability(logits, temperature, OUTPUT_NAME, PROBABILITY_NAME));
  }

  return encodeOnnxModel({
    ir_version: IR_VERSION,
    producer_name: "radlite",
    opset_import: [{ domain: "", version: OPSET_VERSION }],
    graph: {
      name: "radlite",
      node: pieces.flatMap((piece) => piece.nodes),
      initializer: pieces.flatMap((piece) => piece.initializers),
      input: [
        preprocessing
          ? valueInfo(PICTURE_NAME, [BATCH, "height", "width"], preprocessing.levels)
          : valueInfo(INPUT_NAME, [BATCH, input.channels, input.height, input.width]),
      ],
      output: [
        ...(preprocessing ? [valueInfo(PROBABILITY_NAME, [BATCH])] : []),
        valueInfo(OUTPUT_NAME, [BATCH, logits]),
        ...outputs.map((value) => {
          const [height, width, channels] = shapes[value]!;
          return valueInfo(nameOf(value), [BATCH, channels, height, width]);
        }),
      ],
    },
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
}

/** @param dims numbers, and names of those that are free */
function valueInfo(
  name: string,
  dims: (number | string)[],
  type: keyof typeof DATA_TYPES = "float32",
): OnnxValueInfo {
  const dim = dims.map(
    (size): OnnxDimension => (typeof size === "number" ? { dim_value: size } : { dim_param: size }),
  );
  return { name, type: { tensor_type: { elem_type: DATA_TYPES[type], shape: { dim } } } };
}
