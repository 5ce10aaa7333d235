/**
 * Opening takes time in proportion to weights and to nodes. Time is the processor's, not the clock's, and the
 * best of several; the bound is halfway between linear growth and quadratic, so a busy machine does not decide.
 */
import { decodeSeeded, encodeNetwork, type Network, type NetworkNode, open } from "@radlite/model/format";
import { expect, test } from "vitest";
import { ALL_CODINGS, codedTensor, type TensorCoding } from "../coded-tensors.ts";
import { createNumbers } from "../networks.ts";
import { seedNetwork } from "../seeded-networks.ts";

const GROWTH = 16;
const BOUND = GROWTH ** 1.5; // linear would be 16, quadratic 256

/** How many times as long the large file takes to open as the small one. */
function growthOf(small: Network, large: Network): number {
  const files = [encodeNetwork(small), encodeNetwork(large)];
  const [first, second] = timeBest(files.map((file) => () => open(file)));
  return second! / first!;
}

/** The least of eight times of each task, in microseconds. */
function timeBest(tasks: (() => unknown)[]): number[] {
  const best = tasks.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 8; round++) {
    tasks.forEach((task, i) => {
      const before = process.cpuUsage();
      task();
      const { user, system } = process.cpuUsage(before);
      best[i] = Math.min(best[i]!, user + system);
    });
  }
  return best;
}

function withWeights(count: number, kind: TensorCoding): Network {
  const values = createNumbers(1).floats(count, 1);
  return {
    input: { height: count / 512, width: 512, channels: 1, normalise: { kind: "per-image" } },
    nodes: [{ op: "Gemm", inputs: [0], weights: 0 }],
    tensors: [codedTensor([count, 1], values, kind)],
    labels: ["NORMAL", "PNEUMONIA"],
  };
}

function withNodes(count: number): Network {
  const nodes = Array.from(
    { length: count },
    (_, i): NetworkNode => ({
      op: "DepthwiseConv",
      inputs: [i],
      kernel: [1, 1],
      strides: [1, 1],
      pads: [0, 0, 0, 0],
      weights: i,
    }),
  );
  return {
    input: { height: 1, width: 1, channels: 1, normalise: { kind: "per-image" } },
    nodes,
    tensors: nodes.map(() => codedTensor([1, 1, 1, 1], Float32Array.of(1), "f16")),
    labels: ["NORMAL", "PNEUMONIA"],
  };
}

test.each(ALL_CODINGS)(
  "%s: time grows with the weights, not with their square",
  (kind) => {
    expect(growthOf(withWeights(2 ** 14, kind), withWeights(GROWTH * 2 ** 14, kind))).toBeLessThan(BOUND);
  },
  60_000,
);

test("time grows with the weights of a seeded code", () => {
  const seeded = (count: number) =>
    seedNetwork(withWeights(count, "f32"), { seed: 1, bits: 12, blocks: count / 8, group: 2 });

  expect(growthOf(seeded(2 ** 14), seeded(GROWTH * 2 ** 14))).toBeLessThan(BOUND);
}, 60_000);

test("opening a file decodes its seeded code once", () => {
  const network = seedNetwork(withWeights(2 ** 18, "f32"), { seed: 1, bits: 12, blocks: 2 ** 15, group: 2 });
  const file = encodeNetwork(network);
  const { coding } = network.tensors[0]!;
  if (coding.kind !== "seeded") throw new Error("expected a seeded tensor");
  const { code } = coding;

  const [opening, decoding] = timeBest([() => open(file), () => decodeSeeded(code)]);

  expect(opening! / decoding!).toBeLessThan(1.5);
}, 60_000);

test("time grows with the nodes, not with their square", () => {
  expect(growthOf(withNodes(4096 / GROWTH), withNodes(4096))).toBeLessThan(BOUND);
}, 60_000);
