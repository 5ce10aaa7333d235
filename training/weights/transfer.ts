/**
 * What of a graph with loaded weights learns, and how fast: layers up to a named one keep their values, their
 * BatchNorms normalise by the statistics that they came with; loaded layers behind it may learn more slowly than
 * the new ones. Yosinski et al., "How transferable are features in deep neural networks?", NeurIPS 2014.
 */
import { RadliteError } from "@radlite/model/errors";
import { distance } from "fastest-levenshtein";
import { type Graph, type GraphNode, listTensors } from "../architectures/graph.ts";

export interface TransferOptions {
  /** The last layer that does not learn; absent: all do. */
  freezeUntil?: string;
  /** In its place, the first layer that learns. */
  learnFrom?: string;
  /** The share of the learning rate that loaded layers get. */
  rateShare: number;
}

/** Tensors and nodes are copies where they change. Errors: BAD_INPUT (no such layer; it would freeze unloaded ones). */
export function limitLearning(
  graph: Graph,
  loaded: readonly string[],
  { freezeUntil, learnFrom, rateShare }: TransferOptions,
): Graph {
  const layers = graph.layers ?? [];
  const named = learnFrom ?? freezeUntil;
  if (named !== undefined && !layers.includes(named)) throw refuseLayer(named, layers);
  const learning =
    learnFrom === undefined ? layers.lastIndexOf(freezeUntil ?? "") + 1 : layers.indexOf(learnFrom);
  const known = new Set(loaded);
  const tensors = [...graph.tensors];
  const nodes = graph.nodes.map((node, at): GraphNode => {
    const own = listTensors(node);
    const layer = layers[at]!;
    const frozen = at < learning;
    if (frozen && own.length > 0 && !known.has(layer)) throw refuseUnloaded(named!, layer);
    const share = frozen ? 0 : known.has(layer) ? rateShare : 1;
    for (const tensor of own) if (share !== 1) tensors[tensor] = { ...tensors[tensor]!, rateShare: share };
    return frozen && node.op === "BatchNorm" ? { ...node, frozen: true } : node;
  });
  return { ...graph, nodes, tensors };
}

function refuseLayer(asked: string, layers: readonly string[]): RadliteError {
  const [nearest] = [...new Set(layers)].toSorted((a, b) => distance(asked, a) - distance(asked, b));
  return new RadliteError(
    "BAD_INPUT",
    `The network has no layer ${asked} to freeze until or learn from (did you mean ${nearest}?).`,
  );
}

function refuseUnloaded(named: string, layer: string): RadliteError {
  return new RadliteError(
    "BAD_INPUT",
    `Freezing until ${named} would freeze ${layer} as it was drawn: the weights do not have it. Freeze until an earlier layer.`,
  );
}
