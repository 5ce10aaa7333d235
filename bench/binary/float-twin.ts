/**
 * The float twin of a binary graph: the same layers with float convolutions, and the ReLU of a float network in
 * place of each sign. Its BatchNorms fold away but none is added, so it is the fastest network that the binary one
 * could be compared with.
 */
import type { Graph, GraphNode } from "../../training/architectures/graph.ts";

export function makeFloatTwin(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node): GraphNode => {
      if (node.op === "BinaryActivation") return { op: "Relu", inputs: node.inputs };
      return node.op === "BinaryConv" ? { ...node, op: "Conv", groups: 1 } : node;
    }),
    tensors: graph.tensors.map((spec) => (spec.role === "latent" ? { ...spec, role: "kernel" } : spec)),
  };
}
