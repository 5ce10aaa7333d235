/** Features: what the last GlobalAveragePool reads, from which a class activation map is drawn. */
import type { NetworkNode } from "@radlite/model/format";

/** The value that holds the features; undefined in a network without a GlobalAveragePool. */
export function findFeatures(nodes: readonly NetworkNode[]): number | undefined {
  return nodes.findLast((node) => node.op === "GlobalAveragePool")?.inputs[0];
}
