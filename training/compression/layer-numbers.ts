/**
 * Layers by number, as recipes name them and `radlite inspect` shows them: node i of a network is layer i + 1.
 * Numbers are those of the network that a stage is given; a stage that adds or removes nodes shifts them.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Network, NetworkNode } from "@radlite/model/format";

export type WeightedNode = Extract<NetworkNode, { weights: number }>;

export interface NumberedLayer {
  layer: number; // from 1
  node: WeightedNode;
}

/** The layers that have weights, in the order in which they run. */
export function listWeightedLayers({ nodes }: Pick<Network, "nodes">): NumberedLayer[] {
  return nodes.flatMap((node, at) => ("weights" in node ? [{ layer: at + 1, node }] : []));
}

/**
 * Says no to a number that is no layer with weights; `option` names where it came from.
 * Errors: BAD_INPUT.
 */
export function checkLayerNumbers(
  network: Pick<Network, "nodes">,
  numbers: readonly number[],
  option: string,
): void {
  const allowed = listWeightedLayers(network).map(({ layer }) => layer);
  for (const number of numbers) {
    if (allowed.includes(number)) continue;
    throw new RadliteError(
      "BAD_INPUT",
      `${option} names layer ${number}, which is no layer with weights; allowed: ${allowed.join(", ")}, as radlite inspect numbers the layers of the network before this stage.`,
    );
  }
}
