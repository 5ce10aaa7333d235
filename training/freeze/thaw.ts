/**
 * Network -> a graph that can learn further, and the values to start from. The inverse of freezing up to the
 * BatchNorm that was folded: convolutions come back with their bias, and that is what fine-tuning moves.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Network } from "@radlite/model/format";
import type { Graph, TensorSpec } from "../architectures/graph.ts";

/**
 * Values are copies; tensor numbers are the network's.
 * Errors: BAD_INPUT for a network with layers of signs, whose latent weights are gone.
 */
export function thawNetwork({ input, nodes, tensors, labels }: Network): {
  graph: Graph;
  values: Float32Array[];
} {
  refuseSigns(nodes);
  const specs: TensorSpec[] = tensors.map(({ shape }) => ({ shape, role: "bias" }));
  for (const node of nodes) {
    if ("weights" in node) specs[node.weights]!.role = node.op === "Gemm" ? "dense" : "kernel";
  }
  return {
    graph: { input, nodes, tensors: specs, labels },
    values: tensors.map(({ values }) => values.slice()),
  };
}

/** The network with these values, in float32. */
export function replaceValues(network: Network, values: readonly Float32Array[]): Network {
  const tensors = network.tensors.map(({ shape }, at) => ({
    shape,
    values: values[at]!.slice(),
    coding: { kind: "f32" as const },
  }));
  return { ...network, tensors };
}

/** Errors: BAD_INPUT for layers of signs, which no stage that trains or changes weights knows how to treat. */
export function refuseSigns(nodes: Network["nodes"]): void {
  const at = nodes.findIndex(({ op }) => op === "Sign" || op === "BinaryConv");
  if (at < 0) return;
  throw new RadliteError(
    "BAD_INPUT",
    `Layer ${at + 1} is a ${nodes[at]!.op}: layers of signs cannot learn further or be compressed once they are frozen. Take a network of floats, or leave out what changes weights.`,
  );
}
