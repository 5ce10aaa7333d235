/** What Keras 2.15 said of every published network at full width; `npm run test:parity` asks it again. */

import { readFileSync } from "node:fs";
import { PUBLISHED_FAMILIES, type PublishedFamily } from "@radlite/training/architectures";
import { tf } from "@radlite/training/fit";
import { expect, test } from "vitest";
import { generateWeights } from "./generated.ts";
import {
  buildNetwork,
  compareValues,
  computeRms,
  describeNetwork,
  type Reference,
  runLayers,
  TOLERANCE,
  takeSamples,
} from "./networks.ts";

function readReference(family: PublishedFamily): Reference {
  return JSON.parse(readFileSync(new URL(`../fixtures/parity/${family}.json`, import.meta.url), "utf8"));
}

test.each(PUBLISHED_FAMILIES)("%s has Keras' layers: names, order, shapes and counts", (family) => {
  const { network, image, widths, outputs, ...expected } = readReference(family);

  expect(network).toBe(family);
  expect(describeNetwork(buildNetwork(family, image))).toEqual(expected);
  const found = widths.map(({ width }) => ({
    width,
    ...describeNetwork(buildNetwork(family, image, width)),
  }));
  expect(found).toEqual(widths);
});

test.each(PUBLISHED_FAMILIES)("%s gives Keras' values, in its layers and at its end", (family) => {
  const { image, outputs } = readReference(family);
  const graph = buildNetwork(family, image);
  const before = tf.memory().numTensors;

  const names = outputs.map(({ layer }) => layer);
  const found = runLayers(graph, generateWeights(graph), names, outputs[0]!.shape[0]);

  expect(tf.memory().numTensors).toBe(before);
  outputs.forEach(({ layer, shape, rms, samples }, at) => {
    const values = found[at]!;
    expect(values.length).toBe(shape.reduce((product, side) => product * side, 1));
    expect(Math.abs(computeRms(values) / rms - 1)).toBeLessThan(TOLERANCE);
    expect(compareValues(takeSamples(values, samples.length), samples, rms), layer).toBeLessThan(TOLERANCE);
    expect(new Set(samples).size).toBeGreaterThan(samples.length / 4); // they say something
  });
});
