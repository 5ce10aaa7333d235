/**
 * The plain family on signs: a float 3x3 stem, stacks of binary convolutions with a halving maximum behind each,
 * global average, one float logit. Between two convolutions there are bits alone.
 * Rastegari et al., "XNOR-Net", ECCV 2016, section 3.2: BatchNorm, sign, binary convolution, pooling, in this order.
 */
import type { InputRecipe } from "@radlite/model/format";
import type { BinaryOptions } from "./binary-residual.ts";
import {
  activate,
  averageGlobally,
  connect,
  convolve,
  convolveSigns,
  normalise,
  pool,
  startGraph,
  takeSigns,
} from "./builder.ts";
import type { Graph } from "./graph.ts";

/** A part of the body that strides ends in a maximum over squares of its stride. */
export function buildBinaryVgg(
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
  value = activate(graph, normalise(graph, value, "stem_bn"), "Relu", "stem_relu");
  body.forEach(({ width, blocks, stride }, at) => {
    for (let block = 1; block <= blocks; block++) {
      const name = `block${at + 1}_conv${block}`;
      value = takeSigns(graph, value, { layer: `${name}_sign`, gradient });
      value = convolveSigns(graph, value, { layer: name, filters: width, kernel: 3 });
    }
    const window = { layer: `block${at + 1}_pool`, kernel: stride, stride };
    if (stride > 1) value = pool(graph, value, "MaxPool", window);
  });
  value = activate(graph, normalise(graph, value, "body_bn"), "Relu", "body_relu");
  connect(graph, averageGlobally(graph, value, "global_average"), 1, "logit");
  return graph;
}
