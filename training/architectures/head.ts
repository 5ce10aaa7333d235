/**
 * What stands on the features of an architecture: global average, hidden layers if asked for, one logit. Its
 * layers have names that no published file uses, so that a file's own classifier is never mistaken for them.
 */
import { activate, averageGlobally, connect, drop, type Value } from "./builder.ts";
import type { Graph } from "./graph.ts";

export interface HeadOptions {
  /** Units of fully connected layers with a ReLU, in order. */
  hidden: readonly number[];
  /** Share of the values that are dropped before each fully connected layer, while training. */
  dropout: number;
}

/** What the names of its layers begin with. */
export const HEAD_PREFIX = "head_";

/** Appends the head; the graph then answers the logit of `labels[1]`. */
export function addHead(graph: Graph, features: Value, { hidden, dropout }: HeadOptions): void {
  const thin = (x: Value, at: number) =>
    dropout > 0 ? drop(graph, x, dropout, `${HEAD_PREFIX}dropout_${at}`) : x;
  let value = averageGlobally(graph, features, `${HEAD_PREFIX}average`);
  hidden.forEach((units, at) => {
    const layer = `${HEAD_PREFIX}hidden_${at + 1}`;
    value = activate(graph, connect(graph, thin(value, at + 1), units, layer), "Relu", layer);
  });
  connect(graph, thin(value, hidden.length + 1), 1, `${HEAD_PREFIX}logit`);
}
