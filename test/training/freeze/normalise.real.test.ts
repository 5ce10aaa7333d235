import { type Network, validateNetwork } from "@radlite/model/format";
import { computeGradients, computeLogits, estimateStatistics, tf } from "@radlite/training/fit";
import { freezeGraph, replaceValues, thawNetwork } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { normaliseNetwork } from "../../../training/freeze/normalise.ts";
import { buildSmallGraph, drawBatch, drawUniform, drawValues } from "../networks.ts";

const BATCHES = [1, 2, 3].map((seed) => drawBatch(16, 16, seed));
const VALIDATION = drawBatch(16, 12, 9);
const LOSS = { classWeights: [1, 1], labelSmoothing: 0 };

const graph = buildSmallGraph(16);
const network = freezeGraph(graph, drawValues(graph, 51));

function answer(of: Network): Float32Array {
  const thawed = thawNetwork(of);
  return computeLogits(thawed.graph, thawed.values, VALIDATION);
}

function expectNear(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((logit, at) => {
    expect(Math.abs(logit - expected[at]!)).toBeLessThan(tolerance);
  });
}

test("put in, it changes nothing; folded at once, neither", () => {
  const normalised = normaliseNetwork(network, BATCHES);
  const folded = replaceValues(network, normalised.fold(normalised.values, BATCHES));

  const expected = answer(network);
  expectNear(computeLogits(normalised.graph, normalised.values, VALIDATION), expected, 1e-4);
  expectNear(answer(folded), expected, 1e-2); // the statistics are those of whole batches at every layer now
  expect(normalised.graph.nodes.filter(({ op }) => op === "BatchNorm").length).toBe(
    network.nodes.filter(({ op }) => op === "Conv").length,
  );
  validateNetwork(folded);
});

test("on the batch that it was set to it normalises to what there was, and beta learns as the last bias did", () => {
  const plain = thawNetwork(network);
  const normalised = normaliseNetwork(network, [BATCHES[0]!]);
  const bias = network.nodes.findLast((node) => node.op === "Conv")!.bias!; // no BatchNorm between it and the loss

  const before = computeGradients(plain.graph, plain.values, BATCHES[0]!, LOSS);
  const after = computeGradients(normalised.graph, normalised.values, BATCHES[0]!, LOSS);

  expect(after.loss).toBeCloseTo(before.loss, 3);
  expect(after.gradients[bias]).toBeUndefined();
  expect(before.gradients[bias]!.some((gradient) => Math.abs(gradient) > 0.01)).toBe(true);
  after.gradients[normalised.learnt[bias]!]!.forEach((gradient, at) => {
    expect(gradient).toBeCloseTo(before.gradients[bias]![at]!, 3);
  });
});

test("folding gives the network that answers as the graph with statistics of these batches, whatever was learnt", () => {
  const { graph: whole, values, fold } = normaliseNetwork(network, BATCHES);
  const learnt = values.map((array, at) =>
    whole.tensors[at]!.role === "variance"
      ? array
      : array.map((value, i) => value + 0.2 * drawUniform(1, at + i)[0]!),
  );

  const folded = replaceValues(network, fold(learnt, BATCHES));

  const frozen = freezeGraph(whole, estimateStatistics(whole, learnt, BATCHES));
  expectNear(answer(folded), answer(frozen), 1e-4);
  expect(folded.nodes).toEqual(network.nodes);
  expect(folded.tensors.map(({ shape }) => shape)).toEqual(network.tensors.map(({ shape }) => shape));
});

test("zero weights fold to zero", () => {
  const { values, fold } = normaliseNetwork(network, BATCHES);
  const weights = network.nodes.flatMap((node) => (node.op === "Conv" ? [node.weights] : []));
  for (const at of weights) for (let i = 0; i < values[at]!.length; i += 2) values[at]![i] = 0;

  const folded = fold(values, BATCHES);

  for (const at of weights) {
    folded[at]!.forEach((value, i) => {
      expect(value === 0).toBe(i % 2 === 0);
    });
  }
});

test("a convolution without a bias stays as it is", () => {
  const [first] = network.nodes;
  const { bias: _, ...without } = first as { bias?: number } & typeof first & object;
  const tensors = network.tensors.filter((_, at) => at !== 1);
  const shift = (tensor: number) => (tensor > 1 ? tensor - 1 : tensor);
  const nodes = [without as typeof first & object, ...network.nodes.slice(1)].map((node) => {
    if (!("weights" in node) || node.op === "BinaryConv") return node;
    const shifted = { ...node, weights: shift(node.weights) };
    return node.bias === undefined ? shifted : { ...shifted, bias: shift(node.bias) };
  });

  const { graph: normalised } = normaliseNetwork({ ...network, nodes, tensors }, BATCHES);

  expect(normalised.nodes.slice(0, 2).map(({ op }) => op)).toEqual(["Conv", "Relu"]);
});

test("leaks no tensor", () => {
  const run = () =>
    normaliseNetwork(network, BATCHES).fold(normaliseNetwork(network, BATCHES).values, BATCHES);
  run();
  const before = tf.memory().numTensors;

  run();

  expect(tf.memory().numTensors).toBe(before);
});
