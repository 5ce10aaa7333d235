/**
 * The residual family on signs: a float 3x3 stem, binary convolutions with a real-valued shortcut around each, global
 * average, one float logit.
 * Liu et al., "Bi-Real Net: Enhancing the Performance of 1-bit CNNs", ECCV 2018: y = x + BatchNorm(BinaryConv(sign x)),
 * here with a BatchNorm before the sign too, as XNOR-Net has it. Where a layer strides, its shortcut is averaged;
 * where it has m times the channels, its shortcut is m copies side by side (Liu et al., "ReActNet", ECCV 2020), so no
 * multiplication is left in the body.
 */
import type { InputRecipe } from "@radlite/model/format";
import {
  activate,
  add,
  averageGlobally,
  concatenate,
  connect,
  convolve,
  convolveSigns,
  normalise,
  pool,
  startGraph,
  takeSigns,
  type Value,
} from "./builder.ts";
import type { Graph, SignGradient } from "./graph.ts";

export interface BinaryOptions {
  /** The first convolution, 3x3, in floats. */
  stem: { width: number; stride: number };
  /** `blocks` binary convolutions of `width` channels each. */
  body: readonly { width: number; blocks: number; stride: number }[];
  gradient: SignGradient;
}

/** `width` of a part of the body is a multiple of the one before; the first layer of each strides. */
export function buildBinaryResidual(
  input: InputRecipe,
  labels: string[],
  { stem, body, gradient }: BinaryOptions,
): Graph {
  const { graph, image } = startGraph(input, labels);
  let value = convolve(graph, image, {
    layer: "stem_conv",
    filters: stem.width,
    kernel: 3,
    stride: stem.stride,
  });
  value = normalise(graph, value, "stem_bn");
  body.forEach(({ width, blocks, stride }, at) => {
    for (let block = 0; block < blocks; block++) {
      const name = `group${at + 1}_block${block + 1}`;
      value = addBlock(graph, value, { width, stride: block === 0 ? stride : 1, gradient, name });
    }
  });
  value = activate(graph, value, "Relu", "body_relu");
  connect(graph, averageGlobally(graph, value, "global_average"), 1, "logit");
  return graph;
}

function addBlock(
  graph: Graph,
  x: Value,
  { width, stride, gradient, name }: { width: number; stride: number; gradient: SignGradient; name: string },
): Value {
  const signs = takeSigns(graph, x, { layer: `${name}_sign`, gradient });
  const sums = convolveSigns(graph, signs, { layer: `${name}_conv`, filters: width, kernel: 3, stride });
  const scaled = normalise(graph, sums, `${name}_bn`);
  return add(graph, scaled, shorten(graph, x, { width, stride, name }), `${name}_add`);
}

/** The shortcut of the shape that the layer gives. */
function shorten(
  graph: Graph,
  x: Value,
  { width, stride, name }: { width: number; stride: number; name: string },
): Value {
  const window = { layer: `${name}_average`, kernel: stride, stride };
  const smaller = stride === 1 ? x : pool(graph, x, "AveragePool", window);
  const copies = width / x.shape[2];
  return copies === 1 ? smaller : concatenate(graph, Array(copies).fill(smaller), `${name}_copies`);
}
