import type { GraphNode } from "@radlite/training/architectures";
import { expect, test } from "vitest";
import { poolFirst } from "../../../../training/fit/compiled/pool-first.ts";

const relu = (input: number): GraphNode => ({ op: "Relu", inputs: [input] });
const pool = (input: number): GraphNode => ({
  op: "MaxPool",
  inputs: [input],
  kernel: [2, 2],
  strides: [2, 2],
  pads: [0, 0, 0, 0],
});

test("a maximum comes before the ReLU that it alone reads", () => {
  expect(poolFirst([relu(0), pool(1), relu(2)])).toEqual([pool(0), relu(1), relu(2)]);
});

test("a ReLU that others read, or that stands elsewhere, stays in its place", () => {
  const add: GraphNode = { op: "Add", inputs: [1, 1] };
  for (const nodes of [
    [relu(0), pool(1), add],
    [relu(0), relu(0), pool(1)],
    [pool(0), relu(1)],
  ]) {
    expect(poolFirst(nodes)).toEqual(nodes);
  }
});
