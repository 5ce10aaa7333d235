/**
 * Layers in the order and with the names that Keras gives them by itself: published files of networks that branch
 * list their weights in that order, and layers that nobody named by a count. A layer is the nodes of one name,
 * one behind the other.
 */

import type { Value } from "./builder.ts";
import { type Graph, type GraphNode, listTensors, renumberTensors } from "./graph.ts";

/** Names for layers that have none, a kind at a time: `conv2d`, `conv2d_1` and so on, as in a new session. */
export function countNames(): (kind: string) => string {
  const counts = new Map<string, number>();
  return (kind) => {
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return count === 0 ? kind : `${kind}_${count}`;
  };
}

/** A name that `countNames` could have given to a layer with weights. */
export const COUNTED_NAME = /^(conv2d|batch_normalization)(_\d+)?$/;

interface Layer {
  first: number; // node
  last: number;
  /** Layers that it reads, in order. */
  sources: number[];
}

/**
 * Puts the graph into the order of Keras' `model.layers`: the farthest from the last layer first, by the longest
 * way; of equally far ones the first that a walk back from the last layer meets, inputs in their order. Tensors
 * are renumbered in the order of nodes. `spans`: of a layer that stands for several of Keras', how many.
 * Gives the last node's value.
 */
export function orderLayers(
  graph: Graph,
  last: Value,
  spans: ReadonlyMap<string, number> = new Map(),
): Value {
  const layers = findLayers(graph);
  const { visited, finished } = walkBack(layers, layers.length - 1);
  const depths = new Array<number>(layers.length).fill(0);
  for (const layer of finished.toReversed()) {
    const { first, sources } = layers[layer]!;
    const below = depths[layer]! + (spans.get(graph.layers![first]!) ?? 1);
    for (const source of sources) depths[source] = Math.max(depths[source]!, below);
  }
  const order = visited.toSorted((a, b) => depths[b]! - depths[a]!); // stable
  renumber(
    graph,
    order.flatMap((layer) => {
      const { first, last } = layers[layer]!;
      return Array.from({ length: last - first + 1 }, (_, at) => first + at);
    }),
  );
  return { number: graph.nodes.length, shape: last.shape };
}

function findLayers({ nodes, layers: names = [] }: Graph): Layer[] {
  const layers: Layer[] = [];
  const owners: number[] = []; // of each node, its layer
  nodes.forEach(({ inputs }, node) => {
    if (node === 0 || names[node] !== names[node - 1]) layers.push({ first: node, last: node, sources: [] });
    const layer = layers.at(-1)!;
    layer.last = node;
    owners.push(layers.length - 1);
    for (const value of inputs) if (value > 0 && value <= layer.first) layer.sources.push(owners[value - 1]!);
  });
  return layers;
}

/** Layers in the order in which a walk from `start` meets them, and in which it has seen all that they read. */
function walkBack(layers: readonly Layer[], start: number): { visited: number[]; finished: number[] } {
  const visited: number[] = [];
  const finished: number[] = [];
  const seen = new Set<number>();
  const visit = (layer: number): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    visited.push(layer);
    for (const source of layers[layer]!.sources) visit(source);
    finished.push(layer);
  };
  visit(start);
  return { visited, finished };
}

/** Nodes in another order, which they may be in since each still comes behind what it reads. */
function renumber(graph: Graph, order: readonly number[]): void {
  const values = new Map([[0, 0]]);
  order.forEach((node, at) => {
    values.set(node + 1, at + 1);
  });
  const nodes = order.map((node) => graph.nodes[node]!);
  const tensors = nodes.flatMap(listTensors);
  const numbers = new Map(tensors.map((tensor, at) => [tensor, at]));
  graph.layers = order.map((node) => graph.layers![node]!);
  graph.nodes = nodes.map((node) => {
    const inputs = node.inputs.map((value) => values.get(value)!);
    return renumberTensors({ ...node, inputs } as GraphNode, (tensor) => numbers.get(tensor)!);
  });
  graph.tensors = tensors.map((tensor) => graph.tensors[tensor]!);
}
