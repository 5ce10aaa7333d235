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

/** Appends the head; the graph then answers the logit of `labels[1]`. */
export function addHead(graph: Graph, features: Value, { hidden, dropout }: HeadOptions): void {
  const thin = (x: Value, at: number) => (dropout > 0 ? drop(graph, x, dropout, `head_dropout_${at}`) : x);
  let value = averageGlobally(graph, features, "head_average");
  hidden.forEach((units, at) => {
    const layer = `head_hidden_${at + 1}`;
    value = activate(graph, connect(graph, thin(value, at + 1), units, layer), "Relu", layer);
  });
  connect(graph, thin(value, hidden.length + 1), 1, "head_logit");
}
