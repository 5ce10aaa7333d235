/**
 * The small residual family: a 3x3 stem, groups of residual blocks, global average, one logit.
 * He et al., "Deep Residual Learning for Image Recognition", CVPR 2016 (projection shortcuts, option B).
 * Convolutions carry no bias: the BatchNorm behind each has one.
 */
import type { InputRecipe } from "@radlite/model/format";
import {
  activate,
  add,
  averageGlobally,
  connect,
  convolve,
  normalise,
  startGraph,
  type Value,
} from "./builder.ts";
import type { Graph } from "./graph.ts";

export interface ResidualOptions {
  stem: { width: number; stride: number };
  /** `blocks` residual blocks of `width` channels each; the first one strides. */
  body: readonly { width: number; blocks: number; stride: number }[];
}

/** The graph of a residual network that answers the logit of `labels[1]`. */
export function buildResidual(input: InputRecipe, labels: string[], { stem, body }: ResidualOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  let value = convolveNormalised(graph, image, stem.width, 3, stem.stride, "stem");
  value = activate(graph, value, "Relu", "stem_relu");
  body.forEach(({ width, blocks, stride }, at) => {
    for (let block = 0; block < blocks; block++)
      value = addBlock(graph, value, width, block === 0 ? stride : 1, `group${at + 1}_block${block + 1}`);
  });
  connect(graph, averageGlobally(graph, value, "global_average"), 1, "logit");
  return graph;
}

/** relu(convolve(relu(convolve(x))) + shortcut(x)); the shortcut is x itself where shapes allow. */
function addBlock(graph: Graph, x: Value, width: number, stride: number, name: string): Value {
  const inner = activate(
    graph,
    convolveNormalised(graph, x, width, 3, stride, `${name}_1`),
    "Relu",
    `${name}_1_relu`,
  );
  const outer = convolveNormalised(graph, inner, width, 3, 1, `${name}_2`);
  const sameShape = stride === 1 && x.shape[2] === width;
  const shortcut = sameShape ? x : convolveNormalised(graph, x, width, 1, stride, `${name}_0`);
  return activate(graph, add(graph, outer, shortcut, `${name}_add`), "Relu", `${name}_out`);
}

/** Convolution with SAME padding, then BatchNorm. */
function convolveNormalised(
  graph: Graph,
  x: Value,
  filters: number,
  kernel: number,
  stride: number,
  name: string,
): Value {
  const y = convolve(graph, x, { layer: `${name}_conv`, filters, kernel, stride });
  return normalise(graph, y, `${name}_bn`);
}
