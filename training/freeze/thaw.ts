/**
 * Network -> a graph that can learn further, and the values to start from. The inverse of freezing up to the
 * BatchNorm that was folded: convolutions come back with their bias, and that is what fine-tuning moves.
 */
import type { Network } from "@radlite/model/format";
import type { Graph, TensorSpec } from "../architectures/graph.ts";

/** Values are copies; tensor numbers are the network's. */
export function thawNetwork({ input, nodes, tensors, labels }: Network): {
  graph: Graph;
  values: Float32Array[];
} {
  const specs: TensorSpec[] = tensors.map(({ shape }) => ({ shape, role: "bias" }));
  for (const node of nodes) {
    if ("weights" in node) specs[node.weights]!.role = node.op === "Gemm" ? "dense" : "kernel";
  }
  return {
    graph: { input, nodes, tensors: specs, labels },
    values: tensors.map(({ values }) => values.slice()),
  };
}
