import { encodeNetwork, type Network } from "@radlite/model/format";
import { expect, test } from "vitest";
import { scoreNetwork, tuneNetwork } from "../../../training/compression/tuning.ts";
import { freezeGraph } from "../../../training/freeze/freeze.ts";
import { tf } from "../../../training/tensorflow.ts";
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

test("of no epochs it is the network itself", async () => {
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

  const tuned = await tuneNetwork(network, DATA, { ...OPTIONS, project }, CONTEXT);

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

test("stops when told to", async () => {
  const stopped = AbortSignal.abort(new Error("stopped by the test"));

  await expect(tuneNetwork(network, DATA, OPTIONS, { ...CONTEXT, signal: stopped })).rejects.toThrow(
    "stopped by the test",
  );
});
