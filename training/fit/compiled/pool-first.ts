/**
 * A maximum is taken before the ReLU that it reads: relu(max(x)) is max(relu(x)), to the bit and with the same
 * slopes, and the ReLU backwards runs over a quarter of the numbers.
 */
import type { GraphNode } from "../../architectures/graph.ts";

/** Swaps each ReLU with the max pooling right behind it, where nothing else reads the ReLU. */
export function poolFirst(nodes: readonly GraphNode[]): GraphNode[] {
  const swapped = [...nodes];
  for (const [at, node] of nodes.entries()) {
    const next = nodes[at + 1];
    if (node.op !== "Relu" || next?.op !== "MaxPool" || next.inputs[0] !== at + 1) continue;
    const readers = nodes.filter(({ inputs }) => inputs.includes(at + 1));
    if (readers.length > 1) continue;
    swapped[at] = { ...next, inputs: node.inputs };
    swapped[at + 1] = { ...node, inputs: next.inputs };
  }
  return swapped;
}
