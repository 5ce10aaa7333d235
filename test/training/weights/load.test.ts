import { RadliteError } from "@radlite/model/errors";
import { countValues, type Graph, HEAD_PREFIX } from "@radlite/training/architectures";
import { loadWeights, nameTensors } from "@radlite/training/weights";
import { expect, test } from "vitest";
import { openWeights } from "../../../training/weights/open.ts";
import type { StoredWeights } from "../../../training/weights/stored.ts";
import {
  buildFitting,
  drawStart,
  expectedValues,
  FULL_FILE,
  fixtureValues,
  NOTOP_FILE,
  TENSORFLOWJS_FOLDER,
} from "./fixtures.ts";

async function load(graph: Graph, path: string, match: "name" | "order" = "name") {
  const stored = await openWeights(path);
  try {
    return loadWeights(graph, drawStart(graph), stored, { match });
  } finally {
    stored.close();
  }
}

async function messageOf(loading: Promise<unknown>): Promise<string> {
  const error = await loading.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(RadliteError);
  expect(error.code).toBe("BAD_INPUT");
  return error.message;
}

/** A stored layer of made-up values. */
const stored = (layers: Record<string, Record<string, number[]> | undefined>): StoredWeights => ({
  origin: "made up",
  layers: Object.entries(layers).map(([name, tensors]) => ({
    name,
    tensors:
      tensors &&
      Object.entries(tensors).map(([tensor, shape]) => ({
        name: tensor,
        shape,
        read: () => fixtureValues(0, countValues({ shape })),
      })),
  })),
  close: () => {},
});

test("a Keras file of weights alone fits by name, its tensors by order", async () => {
  const graph = buildFitting("vgg16");

  const { values, report } = await load(graph, NOTOP_FILE);

  expect(values).toEqual(expectedValues(graph, drawStart(graph)));
  expect(report).toMatchObject({ missing: [], unused: [] });
  expect(report.loaded).toHaveLength(13);
});

test("a whole Keras model of other names fits by order, its classifier is left out", async () => {
  const graph = buildFitting("vgg16");

  const { values, report } = await load(graph, FULL_FILE, "order");

  expect(values).toEqual(expectedValues(graph, drawStart(graph)));
  expect(report).toMatchObject({ missing: [], unused: ["dense"] });
});

test("a TensorFlow.js folder fits by name and by order, though its manifest is in the alphabet's", async () => {
  const graph = buildFitting("mobilenet");
  const expected = expectedValues(graph, drawStart(graph));

  for (const match of ["name", "order"] as const) {
    const { values, report } = await load(graph, TENSORFLOWJS_FOLDER, match);
    expect(values).toEqual(expected);
    expect(report).toMatchObject({ missing: [], unused: ["conv_preds"] });
    expect(report.loaded).toHaveLength(54);
  }
});

test("a grey network takes the first kernel summed over the colours, and no other", async () => {
  const graph = buildFitting("mobilenet", 1);

  const { values } = await load(graph, TENSORFLOWJS_FOLDER);

  const [first] = values;
  const colours = fixtureValues(0, 3 * 3 * 3); // of one filter: [3, 3, 3, 1]
  expect([...first!]).toEqual(
    Array.from({ length: 9 }, (_, at) => colours[3 * at]! + colours[3 * at + 1]! + colours[3 * at + 2]!),
  );
  const expected = expectedValues(graph, drawStart(graph));
  expect(values.slice(1)).toEqual(expected.slice(1));
});

/** The layers of a graph as Keras would store them, without the head, with the values of the fixtures. */
function storeAsKeras(graph: Graph, rename = (name: string) => name): StoredWeights {
  const layers: Record<string, Record<string, number[]>> = {};
  nameTensors(graph).forEach(({ layer, tensor }, at) => {
    if (layer.startsWith(HEAD_PREFIX)) return;
    layers[rename(layer)] = { ...layers[rename(layer)], [tensor]: graph.tensors[at]!.shape };
  });
  const weights = stored(layers);
  let count = 0;
  for (const layer of weights.layers) {
    for (const tensor of layer.tensors!) {
      const [number, { shape, name }] = [count++, tensor];
      const isVariance = name === "moving_variance";
      tensor.read = () =>
        fixtureValues(number, countValues({ shape })).map((value) => value + (isVariance ? 2 : 0));
    }
  }
  return weights;
}

test("a separable convolution is one layer of two tensors, which fit by their names in any order", () => {
  const graph = buildFitting("nasnetmobile", 3, 1 / 11);
  const [start, weights] = [drawStart(graph), storeAsKeras(graph)];
  for (const layer of weights.layers) layer.tensors!.reverse();

  for (const match of ["name", "order"] as const) {
    const { values, report } = loadWeights(graph, start, weights, { match });
    expect(values).toEqual(expectedValues(graph, start));
    expect(report).toMatchObject({ missing: [], unused: [] });
    expect(report.loaded).toHaveLength(388);
  }
});

test("layers that Keras counts fit by order, whatever number they begin with, and never by name", () => {
  const graph = buildFitting("inceptionv3", 3, 1 / 64);
  const start = drawStart(graph);
  const later = (name: string) =>
    name.replace(/(_(\d+))?$/, (_all, _part, number) => `_${Number(number ?? 0) + 95}`);
  const weights = storeAsKeras(graph, later);

  const { values, report } = loadWeights(graph, start, weights, { match: "order" });

  expect(weights.layers[0]!.name).toBe("conv2d_95");
  expect(values).toEqual(expectedValues(graph, start));
  expect(report).toMatchObject({ missing: [], unused: [] });
  expect(() => loadWeights(graph, start, storeAsKeras(graph), { match: "name" })).toThrow(
    /layer conv2d has a name that Keras counts anew in every session, .* say match: order\.$/,
  );
});

test("a file that ends early gives the layers that it has, by name and by order", () => {
  const graph = buildFitting("nasnetmobile", 3, 1 / 11);
  const [start, weights] = [drawStart(graph), storeAsKeras(graph)];
  const whole = expectedValues(graph, start);
  weights.layers.splice(200);

  for (const match of ["name", "order"] as const) {
    const { values, report } = loadWeights(graph, start, weights, { match });
    expect(report.loaded).toEqual(weights.layers.map(({ name }) => name));
    expect([report.loaded.length, report.missing.length]).toEqual([200, 188]);
    const names = nameTensors(graph);
    values.forEach((array, at) => {
      expect(array).toEqual(report.loaded.includes(names[at]!.layer) ? whole[at] : start[at]);
    });
  }
});

test("the start values are copied, not written over", async () => {
  const graph = buildFitting("vgg16");
  const start = drawStart(graph);
  const weights = await openWeights(NOTOP_FILE);

  loadWeights(graph, start, weights, { match: "name" });
  weights.close();

  expect(start).toEqual(drawStart(graph));
});

test("tensors fit by Keras' names where the file uses them, whatever their order", () => {
  const graph = buildFitting("vgg16");
  const layer = { bias: [1], kernel: [3, 3, 3, 1] };

  const { values, report } = loadWeights(graph, drawStart(graph), stored({ block1_conv1: layer }), {
    match: "name",
  });

  expect(values[0]).toEqual(fixtureValues(0, 27));
  expect([...values[1]!]).toEqual([-15 / 8]);
  expect(report.loaded).toEqual(["block1_conv1"]);
  expect(report.missing).toHaveLength(12);
});

test("a layer whose values are absent is missing, not unused", () => {
  const graph = buildFitting("vgg16");
  const weights = stored({ block1_conv1: { kernel: [3, 3, 3, 1], bias: [1] }, block1_conv2: undefined });

  const { report } = loadWeights(graph, drawStart(graph), weights, { match: "name" });

  expect(report.missing[0]).toBe("block1_conv2");
  expect(report.unused).toEqual([]);
});

test("a wrong shape is refused by layer, expected and found", async () => {
  const wide = buildFitting("vgg16", 3, 1 / 32);

  expect(await messageOf(load(wide, NOTOP_FILE))).toMatch(
    /vgg16-notop\.h5: block1_conv1_W_1 of layer block1_conv1 was expected to be 3x3x3x2 and is 3x3x3x1\.$/,
  );
  expect(await messageOf(load(wide, FULL_FILE, "order"))).toMatch(
    /kernel of layer block1_conv1 \(my_block1_conv1 in the file\) was expected to be 3x3x3x2 and is 3x3x3x1/,
  );
});

test("another number of tensors is refused by layer, expected and found", async () => {
  const weights = stored({ conv1: { kernel: [3, 3, 3, 1], bias: [1] } });
  const graph = buildFitting("mobilenet");

  expect(() => loadWeights(graph, drawStart(graph), weights, { match: "name" })).toThrow(
    /layer conv1 was expected to have kernel; found kernel, bias/,
  );
});

test("layers that are named without any values are said to lack their files, not to be of another architecture", () => {
  const graph = buildFitting("mobilenet");
  const { layers, ...rest } = stored({ conv1: { kernel: [3, 3, 3, 1] } });
  const empty = { ...rest, layers: layers.map(({ name }) => ({ name, tensors: undefined })) };

  expect(() => loadWeights(graph, drawStart(graph), empty, { match: "name" })).toThrow(
    /none has values: the files that hold them, its shards, are missing/,
  );
});

test("another architecture is refused by what was expected and found", async () => {
  expect(await messageOf(load(buildFitting("mobilenet"), NOTOP_FILE))).toMatch(
    /another architecture: layers conv1, conv1_bn, conv_dw_1, … were expected, found block1_conv1, block1_conv2, block2_conv1, …/,
  );
  expect(await messageOf(load(buildFitting("mobilenet"), NOTOP_FILE, "order"))).toMatch(
    /layer conv1 \(block1_conv1 in the file\) was expected to have kernel; found/,
  );
});

test("a variance below zero is refused by layer", () => {
  const graph = buildFitting("mobilenet");
  const channels = { gamma: [1], beta: [1], moving_mean: [1], moving_variance: [1] };
  const weights = stored({ conv1_bn: channels }); // all -15 / 8

  expect(() => loadWeights(graph, drawStart(graph), weights, { match: "name" })).toThrow(
    /moving_variance of layer conv1_bn holds -1\.875 at 0; numbers from 0 up were expected/,
  );
});

test("values that are no numbers are refused by layer", () => {
  const graph = buildFitting("vgg16");
  const weights = stored({ block1_conv1: { kernel: [3, 3, 3, 1], bias: [1] } });
  weights.layers[0]!.tensors![1]!.read = () => Float32Array.of(Number.NaN);

  expect(() => loadWeights(graph, drawStart(graph), weights, { match: "name" })).toThrow(
    /bias of layer block1_conv1 holds NaN at 0/,
  );
});
