/** What a file of so many bytes may stand for, from both sides of each limit. */
import { RadliteError } from "@radlite/model/errors";
import {
  type Coding,
  countWorkNs,
  encodeNetwork,
  LIMITS,
  type Network,
  type NetworkNode,
  open,
  type ValueShape,
  type WeightTensor,
} from "@radlite/model/format";
import { expect, test } from "vitest";
import { findExpansion } from "../../../model/format/expansion.ts";
import { seedNetwork } from "../seeded-networks.ts";
import { withRepairedChecksum } from "./artifacts.ts";

const KINDS = Object.keys(LIMITS.valuesPerByte) as Coding["kind"][];

const promiseWeights = (kind: Coding["kind"], values: number) => ({
  nodes: [],
  shapes: [],
  tensorShapes: [[values / 64, 64]],
  kindOf: () => kind,
});

test.each(KINDS)("%s: each byte stands for so many weights and no more, past what is free", (kind) => {
  const values = LIMITS.freeValues + 64;
  const bytes = Math.ceil(values / LIMITS.valuesPerByte[kind]);

  expect(findExpansion(promiseWeights(kind, LIMITS.freeValues), 8)).toBeUndefined();
  expect(findExpansion(promiseWeights(kind, values), bytes)).toBeUndefined();
  expect(findExpansion(promiseWeights(kind, values), bytes - 1)).toContain(
    `stands for ${values} weights, expected at most ${LIMITS.freeValues}, or at least ${bytes} bytes`,
  );
});

test("tensors of several codings need the sum of their bytes", () => {
  const kinds = ["f32", "range"] as const;
  const promises = {
    nodes: [],
    shapes: [],
    tensorShapes: [[1000], [2 ** 20]],
    kindOf: (tensor: number) => kinds[tensor]!,
  };
  const bytes = 1000 * 4 + 2 ** 20 / 64;

  expect(findExpansion(promises, bytes)).toBeUndefined();
  expect(findExpansion(promises, bytes - 1)).toContain("stands for 1049576 weights");
});

/** A layer of zeros that takes no bytes, and one of half a byte a weight that makes the file long enough. */
function zerosBefore(filler: number): Network {
  const [side, outs] = [128, 65];
  const zeros = (shape: number[], entries: number): WeightTensor => {
    const indices = new Uint8Array(shape[0]! * shape[1]!);
    const codebook = Float32Array.from({ length: entries }, (_, i) => i);
    return {
      shape,
      values: new Float32Array(indices.length),
      coding: { kind: "indexed", codebook, indices },
    };
  };
  return {
    input: { height: side, width: side, channels: 1, normalise: { kind: "per-image" } },
    nodes: [0, 1, 2].map((node) => ({ op: "Gemm", inputs: [node], weights: node })),
    tensors: [zeros([side * side, outs], 1), zeros([outs, filler], 16), zeros([filler, 1], 16)],
    labels: ["NORMAL", "PNEUMONIA"],
  };
}

test("a file is refused when it is written and, by its header, when it is read", () => {
  const enough = encodeNetwork(zerosBefore(5400));
  const cut = withRepairedChecksum(enough.subarray(0, enough.length - 60_000));

  expect(open(enough).network.tensors[0]!.values.length).toBe(128 * 128 * 65);
  expect(() => encodeNetwork(zerosBefore(5300))).toThrow(
    expect.objectContaining({ code: "BAD_INPUT", message: expect.stringContaining("stands for 1414") }),
  );
  expect(() => open(cut)).toThrow(
    expect.objectContaining({ code: "BAD_ARTIFACT", message: expect.stringContaining("stands for 1421") }),
  );
});

test("a random code of a few bytes may stand for a million weights, and no more", () => {
  const coded = (side: number) =>
    seedNetwork(
      {
        input: { height: side, width: 64, channels: 1, normalise: { kind: "per-image" } },
        nodes: [
          { op: "Gemm", inputs: [0], weights: 0 },
          { op: "Gemm", inputs: [1], weights: 1 },
        ],
        tensors: [[side * 64, 16] as const, [16, 1] as const].map((shape) => ({
          shape: [...shape],
          values: new Float32Array(shape[0] * shape[1]),
          coding: { kind: "f32" },
        })) as WeightTensor[],
        labels: ["NORMAL", "PNEUMONIA"],
      },
      { seed: 1, bits: 16, blocks: 40, group: 1 },
    );

  const file = encodeNetwork(coded(1023));

  expect(file.length).toBeLessThan(150);
  expect(open(file).network.tensors[0]!.values.length).toBe(1023 * 1024);
  expect(() => encodeNetwork(coded(1024))).toThrow(RadliteError);
});

const windowOf = (side: number) => ({
  kernel: [side, side] as [number, number],
  strides: [1, 1] as [number, number],
  pads: [side >> 1, side >> 1, side >> 1, side >> 1] as const,
});

test("work that is free, or paid for by bytes, passes; what is beyond does not", () => {
  const pool = (count: number): NetworkNode[] =>
    Array.from({ length: count }, (_, i) => ({ op: "MaxPool", inputs: [i], ...windowOf(3) }));
  const ask = (count: number) => {
    const nodes = pool(count);
    const shapes = Array.from({ length: count + 1 }, (): ValueShape => [512, 512, 4]);
    return { nodes, shapes, tensorShapes: [], kindOf: () => "f32" as const };
  };
  const each = countWorkNs(pool(1), ask(1).shapes);
  const free = Math.floor(LIMITS.freeWorkNs / each);
  const bytes = Math.ceil(((free + 1) * each) / LIMITS.workNsPerByte);

  expect(each).toBeCloseTo(512 * 512 * (2 + 9 * 0.45), 3);
  expect(findExpansion(ask(free), 8)).toBeUndefined();
  expect(findExpansion(ask(free + 1), 8)).toContain("ms of work in a run, expected at most 269");
  expect(findExpansion(ask(free + 1), bytes)).toBeUndefined();
  expect(findExpansion(ask(free + 1), bytes - 1)).toContain(`model file of ${bytes - 1} bytes asks for`);
});

test("lanes that are not filled are work, groups of one channel most of all", () => {
  const shapes: ValueShape[] = [
    [10, 10, 8],
    [10, 10, 8],
  ];
  const conv = (groups: number): NetworkNode => ({
    op: "Conv",
    inputs: [0],
    ...windowOf(3),
    groups,
    weights: 0,
  });

  // a tile found, then 72 numbers a window; eight tiles of 9 numbers where each channel is a group
  expect(countWorkNs([conv(1)], shapes)).toBeCloseTo(100 * (2 + 0.27 * 72), 6);
  expect(countWorkNs([conv(8)], shapes)).toBeCloseTo(100 * 8 * (2 + 0.27 * 9), 6);
});
