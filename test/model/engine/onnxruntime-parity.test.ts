import { loadEngine } from "@radlite/model/engine";
import { encodeNetwork, type Network, OPERATORS, open } from "@radlite/model/format";
import { encodeOnnx, PICTURE_LEVELS } from "@radlite/model/format/onnx";
import { preparePicture } from "@radlite/model/input";
import { pneumoniaProbability } from "@radlite/model/verdict";
import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { ALL_CODINGS } from "../coded-tensors.ts";
import {
  appendRandom,
  createGraph,
  createNumbers,
  GREY_64,
  randomNetwork,
  residualNetwork,
} from "../networks.ts";
import { loadOnnxEngine } from "./onnxruntime.ts";

const TOLERANCE = 1e-4;

/** Largest difference of either engine's logits, relative to the largest logit where that is over 1. */
async function difference(network: Network, seed: number): Promise<number> {
  const { height, width, channels } = network.input;
  const tensor = createNumbers(seed).floats(height * width * channels, 2);
  const theirs = await (await loadOnnxEngine(network)).run(tensor);
  const scale = Math.max(1, ...theirs.logits.map(Math.abs));
  let largest = 0;
  for (const engine of ["reference", "wasm"] as const) {
    const ours = await (await loadEngine(network, { engine })).run(tensor);
    expect(ours.logits.length).toBe(theirs.logits.length);
    expect(ours.logits.every(Number.isFinite)).toBe(true);
    largest = Math.max(largest, ...ours.logits.map((logit, i) => Math.abs(logit - theirs.logits[i]!)));
  }
  return largest / scale;
}

test("random networks of all operators give onnxruntime's logits", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (seed) => {
      const { network } = open(encodeNetwork(randomNetwork(seed, 12, ALL_CODINGS, OPERATORS)));
      for (const node of network.nodes) seen.add(node.op);

      expect(await difference(network, seed)).toBeLessThan(TOLERANCE);
    }),
    { numRuns: 100, seed: 7 },
  );
  expect([...seen].sort()).toEqual([...OPERATORS].sort());
}, 60_000);

test.each(OPERATORS)("%s alone gives onnxruntime's numbers on odd shapes", async (op) => {
  for (let seed = 0; seed < 12; seed++) {
    const numbers = createNumbers(seed);
    const input = { ...GREY_64, height: 5 + seed, width: 3 + seed, channels: seed % 2 ? 3 : 1 } as const;
    const graph = createGraph(numbers, input, ["a", "b"]);
    appendRandom(graph, numbers, "Conv");
    while (graph.network.nodes.length < 2 || graph.network.nodes.at(-1)!.op !== op)
      appendRandom(graph, numbers, op);
    const [height, width, channels] = graph.shapeOf(graph.last);
    graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([height * width * channels, 2]) });

    expect(await difference(graph.network, seed)).toBeLessThan(TOLERANCE);
  }
});

test("zeros that a Pad adds take part in the MaxPool behind it", async () => {
  const numbers = createNumbers(4);
  const graph = createGraph(numbers, { ...GREY_64, height: 6, width: 6 }, ["a", "b"]);
  graph.add({ op: "Pad", inputs: [0], pads: [1, 1, 1, 1] });
  graph.add({ op: "MaxPool", inputs: [1], kernel: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] });
  graph.add({ op: "Gemm", inputs: [2], weights: graph.tensor([25, 2]) });
  const negative = numbers.floats(36, 1).map((value) => value - 2);

  const ours = await (await loadEngine(graph.network)).run(negative);
  const theirs = await (await loadOnnxEngine(graph.network)).run(negative);

  expect(ours.logits[0]).toBeCloseTo(theirs.logits[0]!, 5);
  expect(ours.logits[1]).toBeCloseTo(theirs.logits[1]!, 5);
});

test("a Pad that takes rows and columns away, before a strided convolution and before a pool", async () => {
  const numbers = createNumbers(5);
  const graph = createGraph(numbers, { ...GREY_64, height: 7, width: 6 }, ["a", "b"]);
  const window = { kernel: [1, 1], strides: [2, 2], pads: [0, 0, 0, 0] } as const satisfies object;
  const shifted = graph.add({ op: "Pad", inputs: [0], pads: [-1, -1, 1, 1] });
  const weights = graph.tensor([1, 1, 1, 3]);
  const left = graph.add({
    op: "Conv",
    inputs: [shifted],
    ...window,
    groups: 1,
    weights,
    kernel: [1, 1],
    strides: [2, 2],
  });
  const cropped = graph.add({ op: "Pad", inputs: [left], pads: [-1, 2, -1, 0] });
  graph.add({ op: "MaxPool", inputs: [cropped], kernel: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0] });
  const [height, width, channels] = graph.shapeOf(graph.last);
  graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([height * width * channels, 2]) });

  expect([height, width, channels]).toEqual([1, 4, 3]);
  expect(await difference(graph.network, 5)).toBeLessThan(TOLERANCE);
});

test("a batch of several inputs gives what each gives alone", async () => {
  for (let seed = 0; seed < 12; seed++) {
    const network = randomNetwork(seed, 12, ALL_CODINGS, OPERATORS);
    const { height, width, channels } = network.input;
    const session = await InferenceSession.create(encodeOnnx(network));
    const run = async (input: Float32Array) => {
      const count = input.length / (height * width * channels);
      const { logits } = await session.run({
        input: new Tensor("float32", input, [count, channels, height, width]),
      });
      return [...(logits!.data as Float32Array)];
    };
    const several = createNumbers(seed).floats(3 * height * width * channels, 2);
    const size = several.length / 3;

    const together = await run(several);
    const alone = [0, 1, 2].map((at) => run(several.slice(at * size, (at + 1) * size)));

    const expected = (await Promise.all(alone)).flat();
    const scale = Math.max(1, ...expected.map(Math.abs));
    expect(together.length).toBe(expected.length);
    together.forEach((logit, at) => {
      expect(Math.abs(logit - expected[at]!) / scale).toBeLessThan(TOLERANCE);
    });
  }
});

const FIXED = { mean: [103.5, 116.75, 123.25], scale: [1 / 64, 3 / 128, 1 / 32] };

test.each([
  ["grey, each picture by itself", 1, { kind: "per-image" }],
  ["three channels, each picture by itself", 3, { kind: "per-image" }],
  ["three channels by fixed means", 3, { kind: "fixed", order: "bgr", ...FIXED }],
  ["one by a fixed mean", 1, { kind: "fixed", order: "rgb", mean: [120], scale: [1 / 64] }],
] as const)("with preprocessing, pictures of any size: %s", async (_, channels, normalise) => {
  const numbers = createNumbers(9);
  const input: Network["input"] = {
    height: 13,
    width: 9,
    channels,
    normalise: structuredClone(normalise) as never,
  };
  for (const outputs of [1, 2]) {
    const graph = createGraph(numbers, input, ["a", "b"]);
    graph.add({ op: "Gemm", inputs: [0], weights: graph.tensor([13 * 9 * channels, outputs]) });
    const { network } = graph;
    const temperature = 1.75;
    const engine = await loadEngine(network);
    for (const levels of PICTURE_LEVELS) {
      const options = { preprocessing: { levels, temperature } };
      const session = await InferenceSession.create(encodeOnnx(network, options));
      for (const [width, height] of [
        [9, 13],
        [40, 31],
        [7, 120],
        [257, 300],
      ] as const) {
        const pixels = Uint8Array.from(numbers.floats(width * height, 1), (value) => Math.abs(value) * 255);
        const picture = new Tensor(levels, levels === "uint8" ? pixels : Float32Array.from(pixels), [
          1,
          height,
          width,
        ]);

        const { probability, logits } = await session.run({ picture });

        const tensor = preparePicture({ width, height, channels: 1, pixels }, input);
        const ours = await engine.run(tensor);
        const scale = Math.max(1, ...ours.logits.map(Math.abs));
        ours.logits.forEach((logit, at) => {
          expect(Math.abs(logit - (logits!.data[at] as number)) / scale).toBeLessThan(TOLERANCE);
        });
        expect(probability!.dims).toEqual([1]);
        expect(probability!.data[0]).toBeCloseTo(pneumoniaProbability(ours.logits, temperature), 4);
      }
    }
  }
});

test("a network of more than two logits has no probability to give", () => {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 3, width: 3 }, ["a", "b", "c"]);
  graph.add({ op: "Gemm", inputs: [0], weights: graph.tensor([9, 3]) });

  const encode = () => encodeOnnx(graph.network, { preprocessing: { levels: "uint8", temperature: 1 } });

  expect(encode).toThrow(/gives 3 logits; a probability comes of one or two/);
});

test("the residual network that Radlite ships the like of gives onnxruntime's logits", async () => {
  expect(await difference(residualNetwork(1, "clustered"), 2)).toBeLessThan(TOLERANCE);
});

test("layers of signs give onnxruntime's numbers to the bit", async () => {
  for (let seed = 0; seed < 8; seed++) {
    const numbers = createNumbers(seed);
    const graph = createGraph(numbers, { ...GREY_64, height: 9 + seed, width: 12 - seed }, ["a", "b"]);
    for (let layer = 0; layer < 2; layer++) {
      const channels = graph.shapeOf(graph.last)[2];
      const [weights, bias] = [graph.tensor([channels]), graph.tensor([channels])];
      graph.add({ op: "Sign", inputs: [graph.last], weights, bias });
      graph.add({
        op: "BinaryConv",
        inputs: [graph.last],
        weights: graph.tensor([3, 2, channels, 37], "binary"),
        kernel: [3, 2],
        strides: [1, 1 + (seed % 2)],
        pads: [1, 1, 2, 0],
      });
    }
    const sums = graph.last;
    graph.add({ op: "GlobalAveragePool", inputs: [sums] });
    graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([37, 1]) });
    const { height, width } = graph.network.input;
    const image = numbers.floats(height * width, 1);

    const { features } = await (await loadEngine(graph.network)).run(image);

    const session = await InferenceSession.create(encodeOnnx(graph.network, { outputs: [sums] }));
    const input = new Tensor("float32", image, [1, 1, height, width]);
    const theirs = (await session.run({ input }))[`value_${sums}`]!.data as Float32Array;
    const pixels = features.length / 37;
    const ordered = features.map((_, i) => features[(i % pixels) * 37 + Math.floor(i / pixels)]!);
    expect([...theirs]).toEqual([...ordered]);
  }
});
