/** Whole steps as programs: the gradients of the graph run operator by operator, for all that a step may hold. */
import { buildArchitecture, type Graph, PUBLISHED_FAMILIES } from "@radlite/training/architectures";
import { type Batch, computeGradients, type LossOptions, runOperators, tf } from "@radlite/training/fit";
import { limitLearning } from "@radlite/training/weights";
import { expect, test } from "vitest";
import { findStep } from "../../../../training/fit/compiled/session.ts";
import { buildSmallGraph, drawBatch, drawUniform, drawValues } from "../../networks.ts";
import { buildFitting } from "../../weights/fixtures.ts";

const LOSS: LossOptions = { classWeights: [0.6, 1.7], labelSmoothing: 0.1 };
const SIDE = 16;

/** Distance of all gradients together, as a share of their length. */
function compare(graph: Graph, batch: Batch, options = LOSS): { distance: number; losses: [number, number] } {
  const values = drawValues(graph, 5);
  const [whole, single] = [computeGradients, runOperators].map((run) =>
    run(graph, values, batch, options),
  ) as [ReturnType<typeof computeGradients>, ReturnType<typeof computeGradients>];
  let [distance, length] = [0, 0];
  single.gradients.forEach((gradient, at) => {
    expect(whole.gradients[at]?.length).toBe(gradient?.length);
    gradient?.forEach((value, i) => {
      distance += (whole.gradients[at]![i]! - value) ** 2;
      length += value ** 2;
    });
  });
  expect(whole.correct).toBe(single.correct);
  return { distance: Math.sqrt(distance / length), losses: [whole.loss, single.loss] };
}

test("a residual network's loss and gradients", () => {
  const { distance, losses } = compare(buildSmallGraph(SIDE), drawBatch(SIDE, 12, 3));

  expect(distance).toBeLessThan(1e-5);
  expect(losses[0]).toBeCloseTo(losses[1], 5);
});

test("with a teacher's answers", () => {
  const teacher = { logits: drawUniform(12, 8, -4, 4), temperature: 3, weight: 0.2 };
  const { distance, losses } = compare(buildSmallGraph(SIDE), { ...drawBatch(SIDE, 12, 3), teacher });

  expect(distance).toBeLessThan(1e-5);
  expect(losses[0]).toBeCloseTo(losses[1], 5);
});

test("with dropout, of the same numbers from the same seed", () => {
  const input = { height: 32, width: 32, channels: 1, normalise: { kind: "per-image" } } as const;
  const head = { hidden: [8], dropout: 0.5 };
  const graph = buildArchitecture({ family: "vgg16", width: 1 / 16, head }, input, ["NORMAL", "PNEUMONIA"]);
  const { distance, losses } = compare(graph, drawBatch(32, 8, 3), { ...LOSS, dropoutSeed: 11 });

  expect(distance).toBeLessThan(1e-5);
  expect(losses[0]).toBeCloseTo(losses[1], 5);
});

test("with layers that do not learn and normalise by what they came with", () => {
  const whole = buildFitting("mobilenet", 1, 1 / 8);
  const base = whole.layers!.filter((layer) => !layer.startsWith("head_"));
  const graph = limitLearning(whole, base, { freezeUntil: "conv_pw_6_relu", rateShare: 1 });

  expect(compare(graph, drawBatch(32, 12, 3)).distance).toBeLessThan(1e-3);
});

test.each(PUBLISHED_FAMILIES)("%s is compiled, and its loss is that of its operators", (family) => {
  const side = family.startsWith("inception") ? 75 : 48;
  const input = { height: side, width: side, channels: 1, normalise: { kind: "per-image" } } as const;
  const architecture = { family, width: 1 / 16, head: { hidden: [], dropout: 0 } };
  const graph = buildArchitecture(architecture, input, ["NORMAL", "PNEUMONIA"]);

  expect(findStep(graph, { images: 4, drops: false })).toBeDefined();
  const { losses } = compare(graph, drawBatch(side, 4, 3));
  expect(losses[0]).toBeCloseTo(losses[1], 2); // deep, and normalised over four images: rounding grows
});

test("programs are loaded once, given up when others come, and leak no tensor", () => {
  const batch = drawBatch(SIDE, 12, 3);
  const graphs = [1, 2, 3, 4].map((width) => buildSmallGraph(SIDE, { stem: { width, stride: 1 } }));
  const find = (at: number) => findStep(graphs[at]!, { images: 12, drops: false });
  const first = find(0);
  expect(find(0)).toBe(first);
  computeGradients(graphs[0]!, drawValues(graphs[0]!, 5), batch, LOSS);
  const before = tf.memory().numTensors;

  for (const graph of graphs) computeGradients(graph, drawValues(graph, 5), batch, LOSS);

  expect(tf.memory().numTensors).toBe(before);
  expect(find(0)).not.toBe(first);
});

test("a graph with an operator that is not compiled is run operator by operator", () => {
  const graph = buildSmallGraph(SIDE);
  const nodes = graph.nodes.map((node) =>
    node.op === "Relu" ? { op: "Swish" as const, inputs: node.inputs } : node,
  );

  expect(findStep({ ...graph, nodes }, { images: 12, drops: false })).toBeUndefined();
  expect(compare({ ...graph, nodes }, drawBatch(SIDE, 12, 3)).distance).toBe(0);
});
