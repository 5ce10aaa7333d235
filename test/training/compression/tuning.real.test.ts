import { encodeNetwork, type Network } from "@radlite/model/format";
import { tf } from "@radlite/training/fit";
import { freezeGraph } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { scoreNetwork, tuneNetwork } from "../../../training/compression/tuning.ts";
import { buildSmallGraph, drawFitData, drawValues } from "../networks.ts";

const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };
const DATA = drawFitData(8, { steps: 8, batch: 16 });
const OPTIONS = { stage: "any", epochs: 2, rate: 0.01 };

const graph = buildSmallGraph(8);
const network: Network = freezeGraph(graph, drawValues(graph, 41));

test("lowers the loss, and the score is that of the network it gives", async () => {
  const before = scoreNetwork(network, DATA);

  const tuned = await tuneNetwork(network, DATA, OPTIONS, CONTEXT);

  expect(tuned.score.loss).toBeLessThan(before.loss * 0.8);
  expect(scoreNetwork(tuned.network, DATA)).toEqual(tuned.score);
  expect(tuned.network.nodes).toEqual(network.nodes);
});

test("after no epochs it is the network itself", async () => {
  const tuned = await tuneNetwork(network, DATA, { ...OPTIONS, epochs: 0 }, CONTEXT);

  expect(tuned.network).toBe(network);
  expect(tuned.score).toEqual(scoreNetwork(network, DATA));
});

test("epochs that do harm are not kept", async () => {
  const tuned = await tuneNetwork(network, DATA, { ...OPTIONS, rate: 100 }, CONTEXT);

  expect(tuned.network).toBe(network);
});

test("values that are projected stay where they were put", async () => {
  const mask = network.tensors.map(({ values }) => values.map((_, at) => at % 2));
  const project = (values: readonly Float32Array[]) =>
    values.forEach((array, tensor) => {
      array.forEach((value, at) => {
        array[at] = value * mask[tensor]![at]!;
      });
    });

  const tuned = await tuneNetwork(network, DATA, { ...OPTIONS, tie: { project } }, CONTEXT);

  const take = ({ tensors }: Network, parity: number) =>
    tensors.flatMap(({ values }) => [...values.filter((_, at) => at % 2 === parity)]);
  expect(new Set(take(tuned.network, 0))).toEqual(new Set([0]));
  expect(take(tuned.network, 1)).not.toEqual(take(network, 1));
});

test("applied twice it gives the same bytes, leaks no tensor and leaves the network given alone", async () => {
  const bytes = encodeNetwork(network);
  const first = await tuneNetwork(network, DATA, OPTIONS, CONTEXT);
  const tensors = tf.memory().numTensors;

  const second = await tuneNetwork(network, DATA, OPTIONS, CONTEXT);

  expect(tf.memory().numTensors).toBe(tensors);
  expect(encodeNetwork(second.network)).toEqual(encodeNetwork(first.network));
  expect(encodeNetwork(network)).toEqual(bytes);
});

test("stops when asked to", async () => {
  const stopped = AbortSignal.abort(new Error("stopped by the test"));

  await expect(tuneNetwork(network, DATA, OPTIONS, { ...CONTEXT, signal: stopped })).rejects.toThrow(
    "stopped by the test",
  );
});

test("what comes before the settled epoch is not kept, however well it does", async () => {
  const steps: number[] = [];
  const project = (_: readonly Float32Array[], step: number) => void steps.push(step);

  const tuned = await tuneNetwork(
    network,
    DATA,
    { ...OPTIONS, rate: 100, settled: 2, tie: { project } },
    CONTEXT,
  );

  expect(tuned.score.loss).toBeGreaterThan(scoreNetwork(network, DATA).loss);
  expect(scoreNetwork(tuned.network, DATA)).toEqual(tuned.score);
  // after each of 8 steps of two epochs, and once more at the end of each
  expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16]);
});

test("with BatchNorm put back it lowers the loss, keeps what is projected, and gives the same nodes and tensors", async () => {
  const before = scoreNetwork(network, DATA);
  const { weights, bias } = network.nodes[0] as { weights: number; bias: number };
  const project = (values: readonly Float32Array[]) => {
    for (let at = 0; at < values[weights]!.length; at += 3) values[weights]![at] = 0; // the first of three filters
    values[bias]![0] = 0;
  };

  const tuned = await tuneNetwork(
    network,
    DATA,
    { ...OPTIONS, tie: { project }, settled: 1, normalise: true },
    CONTEXT,
  );

  expect(tuned.score.loss).toBeLessThan(before.loss * 0.8);
  expect(scoreNetwork(tuned.network, DATA)).toEqual(tuned.score);
  expect(tuned.network.nodes).toEqual(network.nodes);
  const tensors = tuned.network.tensors;
  expect(tensors.map(({ shape }) => shape)).toEqual(network.tensors.map(({ shape }) => shape));
  expect([...tensors[weights]!.values].filter((_, at) => at % 3 === 0)).toEqual(new Array(9).fill(0));
  expect(tensors[bias]!.values[0]).toBe(0);
  expect(tensors[bias]!.values[1]).not.toBe(network.tensors[bias]!.values[1]);
});

test("a loss that is no number in every settled epoch is an error that says what to do", async () => {
  const project = (values: readonly Float32Array[]) => void values[0]!.fill(Number.NaN);

  await expect(
    tuneNetwork(network, DATA, { ...OPTIONS, settled: 1, tie: { project } }, CONTEXT),
  ).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(
      /^any: the loss is not a number .* epoch 1 .* rate of up to 0\.01\. Fine-tune/,
    ),
  });
});
