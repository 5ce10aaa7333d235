/** Every operator on numbers small enough to be worked out by hand. */
import { loadEngine } from "@radlite/model/engine";
import type { Network, NetworkNode, Pads, ValueShape, WeightTensor } from "@radlite/model/format";
import { expect, test } from "vitest";

const tensor = (shape: number[], values: number[]): WeightTensor => ({
  shape,
  values: Float32Array.from(values),
  coding: { kind: "f32" },
});
const whole = (kernel: [number, number], pads: Pads = [0, 0, 0, 0], stride = 1) => ({
  kernel,
  strides: [stride, stride] as [number, number],
  pads,
});

/**
 * What nodes give for an image. The network has to end in logits, so a Gemm with the identity goes behind
 * them: the logits are their output, in a row.
 */
async function run(
  [height, width, channels]: ValueShape,
  image: number[],
  nodes: NetworkNode[],
  outputs: number,
  tensors: WeightTensor[] = [],
): Promise<number[]> {
  const identity = tensor(
    [outputs, outputs],
    Array.from({ length: outputs * outputs }, (_, i) => (i % (outputs + 1) === 0 ? 1 : 0)),
  );
  const network: Network = {
    input: { height, width, channels: channels as 1 | 3, normalise: { kind: "per-image" } },
    nodes: [...nodes, { op: "Gemm", inputs: [nodes.length], weights: tensors.length }],
    tensors: [...tensors, identity],
    labels: Array.from({ length: Math.max(outputs, 2) }, (_, i) => `label ${i}`),
  };
  const [expected, fast] = await Promise.all(
    (["reference", "wasm"] as const).map(async (engine) => {
      const { logits } = await (await loadEngine(network, { engine })).run(Float32Array.from(image));
      return [...logits];
    }),
  );
  fast!.forEach((value, i) => {
    expect(value).toBeCloseTo(expected![i]!, 5);
  });
  return expected!;
}

const GRID = [1, 2, 3, 4, 5, 6, 7, 8, 9]; // 3x3

test("Conv slides its kernel without turning it over, adds the bias, and counts zeros outside", async () => {
  const kernel = tensor([2, 2, 1, 1], [1, 10, 100, 1000]);
  const node = { op: "Conv", inputs: [0], groups: 1, weights: 0, bias: 1 } as const;

  const inside = await run([3, 3, 1], GRID, [{ ...node, inputs: [0], ...whole([2, 2]) }], 4, [
    kernel,
    tensor([1], [0.5]),
  ]);
  const padded = await run(
    [3, 3, 1],
    GRID,
    [{ ...node, inputs: [0], ...whole([2, 2], [1, 1, 0, 0], 2) }],
    4,
    [kernel, tensor([1], [0])],
  );

  expect(inside).toEqual([5421.5, 6532.5, 8754.5, 9865.5]);
  expect(padded).toEqual([1000, 3200, 7040, 9865]); // windows from (-1,-1), (-1,1), (1,-1), (1,1) on
});

test("Conv mixes channels, output channels last", async () => {
  const weights = tensor([1, 1, 3, 2], [1, 10, 2, 20, 3, 30]);
  const node: NetworkNode = { op: "Conv", inputs: [0], ...whole([1, 1]), groups: 1, weights: 0 };

  expect(await run([1, 2, 3], [1, 0, 1, 0, 5, 0], [node], 4, [weights])).toEqual([4, 40, 10, 100]);
});

test("Conv in groups keeps each group's channels to itself", async () => {
  const weights = tensor([1, 1, 1, 6], [1, 2, 3, 4, 5, 6]); // groups of 1 in, 2 out
  const node: NetworkNode = { op: "Conv", inputs: [0], ...whole([1, 1]), groups: 3, weights: 0 };

  expect(await run([1, 1, 3], [1, 10, 100], [node], 6, [weights])).toEqual([1, 2, 30, 40, 500, 600]);
});

test("DepthwiseConv gives each channel a kernel of its own", async () => {
  const weights = tensor([1, 2, 3, 1], [1, 2, 3, 10, 20, 30]);
  const node: NetworkNode = { op: "DepthwiseConv", inputs: [0], ...whole([1, 2]), weights: 0, bias: 1 };

  const output = await run([1, 2, 3], [1, 1, 1, 2, 2, 2], [node], 3, [
    weights,
    tensor([3], [0.25, 0.5, 0.75]),
  ]);

  expect(output).toEqual([21.25, 42.5, 63.75]);
});

test("Gemm takes its input row by row, channels innermost", async () => {
  const weights = tensor([6, 1], [1, 10, 100, 1000, 10000, 100000]);
  const nodes: NetworkNode[] = [{ op: "Gemm", inputs: [0], weights: 0, bias: 1 }];

  expect(await run([1, 2, 3], [1, 2, 3, 4, 5, 6], nodes, 1, [weights, tensor([1], [0.5])])).toEqual([
    654321.5,
  ]);
});

test("MaxPool leaves padding out, also where all values are negative", async () => {
  const negative = GRID.map((value) => -value);

  expect(await run([3, 3, 1], GRID, [{ op: "MaxPool", inputs: [0], ...whole([2, 2]) }], 4)).toEqual([
    5, 6, 8, 9,
  ]);
  expect(
    await run([3, 3, 1], negative, [{ op: "MaxPool", inputs: [0], ...whole([2, 2], [1, 1, 0, 0], 2) }], 4),
  ).toEqual([-1, -2, -4, -5]);
});

test("AveragePool divides by the pixels that are there", async () => {
  expect(await run([3, 3, 1], GRID, [{ op: "AveragePool", inputs: [0], ...whole([2, 2]) }], 4)).toEqual([
    3, 4, 6, 7,
  ]);
  expect(
    await run([3, 3, 1], GRID, [{ op: "AveragePool", inputs: [0], ...whole([2, 2], [1, 1, 0, 0], 2) }], 4),
  ).toEqual([1, 2.5, 5.5, 7]);
});

test("GlobalAveragePool keeps channels apart", async () => {
  expect(await run([1, 2, 3], [1, 2, 3, 5, 6, 7], [{ op: "GlobalAveragePool", inputs: [0] }], 3)).toEqual([
    3, 4, 5,
  ]);
});

test("Add and Mul go value by value, a single pixel stands for all, on either side", async () => {
  const image = [1, 2, 3, 5, 6, 7];
  const pool: NetworkNode = { op: "GlobalAveragePool", inputs: [0] };

  expect(await run([1, 2, 3], image, [{ op: "Add", inputs: [0, 0] }], 6)).toEqual([2, 4, 6, 10, 12, 14]);
  expect(await run([1, 2, 3], image, [pool, { op: "Add", inputs: [0, 1] }], 6)).toEqual([4, 6, 8, 8, 10, 12]);
  expect(await run([1, 2, 3], image, [pool, { op: "Mul", inputs: [1, 0] }], 6)).toEqual([
    3, 8, 15, 15, 24, 35,
  ]);
});

test("Concat puts channels behind each other, pixel by pixel", async () => {
  const nodes: NetworkNode[] = [
    { op: "Mul", inputs: [0, 0] },
    { op: "Concat", inputs: [1, 0, 1] },
  ];

  expect(await run([1, 2, 1], [2, 3], nodes, 6)).toEqual([4, 2, 4, 9, 3, 9]);
});

test("Pad puts zeros on the side that it names", async () => {
  expect(await run([1, 2, 1], [1, 2], [{ op: "Pad", inputs: [0], pads: [1, 0, 0, 1] }], 6)).toEqual([
    0, 0, 0, 1, 2, 0,
  ]);
  expect(await run([1, 2, 1], [1, 2], [{ op: "Pad", inputs: [0], pads: [0, 1, 1, 0] }], 6)).toEqual([
    0, 1, 2, 0, 0, 0,
  ]);
});

test("Pad takes rows and columns away where it is below zero", async () => {
  const image = [1, 2, 3, 4, 5, 6]; // 2x3
  const pad = (pads: Pads, outputs: number) =>
    run([2, 3, 1], image, [{ op: "Pad", inputs: [0], pads }], outputs);

  expect(await pad([-1, 0, 0, -1], 2)).toEqual([4, 5]);
  expect(await pad([0, -2, -1, 0], 1)).toEqual([3]);
  expect(await pad([-1, -1, 1, 1], 6)).toEqual([5, 6, 0, 0, 0, 0]); // Keras: zeros behind, cropped in front
  expect(await pad([1, -1, -1, 1], 6)).toEqual([0, 0, 0, 2, 3, 0]);
});

test("activations", async () => {
  const values = [-8, -0.5, 7];
  const unary = (op: "Relu" | "Clip" | "Sigmoid" | "Swish" | "Softmax") =>
    run([1, 1, 3], values, [{ op, inputs: [0] }], 3);
  const close = (expected: number[]) => expected.map((value) => expect.closeTo(value, 6));

  expect(await unary("Relu")).toEqual([0, 0, 7]);
  expect(await unary("Clip")).toEqual([0, 0, 6]);
  expect(await unary("Sigmoid")).toEqual(close([0.00033535, 0.37754067, 0.99908895]));
  expect(await unary("Swish")).toEqual(close([-0.0026828, -0.18877033, 6.99362264]));
  expect(await unary("Softmax")).toEqual(close([3.057e-7, 0.00055274, 0.99944695]));
});

test("Softmax goes over the channels of each pixel, and stands large numbers", async () => {
  const output = await run([1, 2, 3], [1000, 1000, 1000, -1000, 0, 0], [{ op: "Softmax", inputs: [0] }], 6);

  expect(output).toEqual([1 / 3, 1 / 3, 1 / 3, 0, 0.5, 0.5].map((value) => expect.closeTo(value, 6)));
});
