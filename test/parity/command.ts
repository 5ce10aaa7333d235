/**
 * Compares every published network with Keras 2.15: the names, shapes and counts of its layers, the weights that
 * Keras' own files give it, what some layers give for two images with the same weights on both sides, and what the encoded file gives in the engine and, as
 * ONNX, in onnxruntime. Prints a line a network; gives the number of networks that differ.
 */

import { execFile } from "node:child_process";
import { copyFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { type EngineKind, loadEngine } from "@radlite/model/engine";
import { encodeNetwork, type Network, open } from "@radlite/model/format";
import { COUNTED_NAME, HEAD_PREFIX, PUBLISHED_FAMILIES } from "@radlite/training/architectures";
import { freezeGraph } from "@radlite/training/freeze";
import { loadWeights, nameTensors, openKerasFile } from "@radlite/training/weights";
import { generateImage, generateWeights } from "./generated.ts";
import {
  buildNetwork,
  compareValues,
  type Description,
  describeNetwork,
  type Reference,
  runLayers,
  TOLERANCE,
} from "./networks.ts";

interface Places {
  python: string;
  root: string;
  /** For what Keras gives. */
  folder: string;
}

const ENGINES: readonly EngineKind[] = ["wasm", "onnxruntime"];

/** A share of rms: more than another processor makes of the same program, less than a wrong digit. */
const FIXTURE_TOLERANCE = 1e-4;

export async function compareNetworks(args: readonly string[], places: Places): Promise<number> {
  const asked = args.filter((arg) => arg !== "--update");
  const networks = PUBLISHED_FAMILIES.filter((family) => asked.length === 0 || asked.includes(family));
  let failed = 0;
  for (const network of networks) {
    const problems = await compareNetwork(network, places, args.includes("--update"));
    for (const problem of problems) console.log(`  ${network}: ${problem}`);
    if (problems.length > 0) failed++;
  }
  console.log(`${networks.length - failed} networks as in Keras, ${failed} not`);
  return failed;
}

async function compareNetwork(network: string, places: Places, update: boolean): Promise<string[]> {
  const { python, root, folder } = places;
  await promisify(execFile)(python, [join(root, "test/parity/reference.py"), folder, network]);
  const fixture = join(root, "test/fixtures/parity", `${network}.json`);
  if (update) await copyFile(join(folder, `${network}.json`), fixture);
  const [reference, committed] = (
    await Promise.all([join(folder, `${network}.json`), fixture].map((path) => readFile(path, "utf8")))
  ).map((text) => JSON.parse(text) as Reference) as [Reference, Reference];

  return [
    ...compareFixture(reference, committed),
    ...compareDescriptions(reference),
    ...(await compareFiles(reference, folder)),
    ...(await compareOutputs(reference, await readOutputs(reference, folder))),
  ];
}

function compareFixture(reference: Reference, committed: Reference): string[] {
  const plain = ({ outputs, ...facts }: Reference) => ({
    ...facts,
    outputs: outputs.map(({ layer, shape }) => ({ layer, shape })),
  });
  const differs = reference.outputs.some(({ samples, rms }, at) => {
    const other = committed.outputs[at];
    return other === undefined || compareValues(other.samples, samples, rms) > FIXTURE_TOLERANCE;
  });
  const isSame = isDeepStrictEqual(plain(reference), plain(committed)) && !differs;
  return isSame ? [] : ["Keras gives something else than the committed fixture: --update renews it"];
}

function compareDescriptions({ network, image, widths, outputs: _, ...expected }: Reference): string[] {
  const compare = (wanted: Description, width: number): string[] => {
    const found = describeNetwork(buildNetwork(network, image, width));
    return Object.entries(found)
      .filter(([key, value]) => value !== wanted[key as keyof Description])
      .map(
        ([key, value]) =>
          `${key} at width ${width} is ${value}, Keras has ${wanted[key as keyof Description]}`,
      );
  };
  return [...compare(expected, 1), ...widths.flatMap(({ width, ...wanted }) => compare(wanted, width))];
}

/** Keras' own files, with and without a classifier, must give all weights but the head's. Removes them. */
async function compareFiles({ network, image }: Reference, folder: string): Promise<string[]> {
  const graph = buildNetwork(network, image);
  const expected = generateWeights(graph);
  const names = nameTensors(graph);
  const isCounted = names.some(({ layer }) => COUNTED_NAME.test(layer));
  const start = expected.map((values) => new Float32Array(values.length));
  const problems: string[] = [];
  for (const [file, unused] of [
    ["notop", ""],
    ["full", "predictions"],
  ] as const) {
    const path = join(folder, `${network}-${file}.h5`);
    const stored = await openKerasFile(path);
    for (const match of isCounted ? (["order"] as const) : (["name", "order"] as const)) {
      const { values, report } = loadWeights(graph, start, stored, { match });
      const wrong = names.filter(
        ({ layer }, at) => !layer.startsWith(HEAD_PREFIX) && !isDeepStrictEqual(values[at], expected[at]),
      );
      const [first] = [...report.missing, ...wrong.map(({ layer }) => layer)];
      if (first !== undefined) problems.push(`${first} is not as in ${path} by ${match}`);
      if (report.unused.join() !== unused) problems.push(`${path} has left ${report.unused} by ${match}`);
    }
    stored.close();
    await rm(path);
  }
  return problems;
}

async function readOutputs({ network, outputs }: Reference, folder: string): Promise<Float32Array[]> {
  const bytes = await readFile(join(folder, `${network}.f32`));
  const values = new Float32Array(new Uint8Array(bytes).buffer); // little endian, as every machine that runs this
  let end = 0;
  return outputs.map(({ shape }) => {
    const start = end;
    end += shape.reduce((product, side) => product * side, 1);
    return values.subarray(start, end);
  });
}

/** For every kept layer in TensorFlow, and for the last one in the engines. */
async function compareOutputs(reference: Reference, expected: readonly Float32Array[]): Promise<string[]> {
  const { network, trainable, nonTrainable, outputs } = reference;
  const differences = new Map([["TensorFlow", compareInTensorflow(reference, expected)]]);
  const file = encodeNetwork(freezeGenerated(reference));
  for (const kind of ENGINES) {
    const features = await runEngine(file, kind, reference);
    differences.set(kind, compareValues(features, expected.at(-1)!, outputs.at(-1)!.rms));
  }

  const columns = [...differences].map(([where, difference]) => `${where} ${difference.toExponential(1)}`);
  const parameters = `${(trainable + nonTrainable).toLocaleString("en")} parameters`;
  console.log([network, parameters, `${file.length.toLocaleString("en")} bytes`, ...columns].join(" · "));
  return [...differences].flatMap(([where, difference]) =>
    difference < TOLERANCE ? [] : [`${where} differs by ${difference} of the root mean square`],
  );
}

function compareInTensorflow(
  { network, image, outputs }: Reference,
  expected: readonly Float32Array[],
): number {
  const graph = buildNetwork(network, image);
  const names = outputs.map(({ layer }) => layer);
  const found = runLayers(graph, generateWeights(graph), names, outputs[0]!.shape[0]);
  return Math.max(...found.map((values, at) => compareValues(values, expected[at]!, outputs[at]!.rms)));
}

function freezeGenerated({ network, image }: Reference): Network {
  const graph = buildNetwork(network, image);
  return freezeGraph(graph, generateWeights(graph));
}

/** The features of all images. */
async function runEngine(
  file: Uint8Array,
  kind: EngineKind,
  { image: [height, width], outputs }: Reference,
): Promise<number[]> {
  const engine = await loadEngine(open(file).network, { engine: kind });
  const features: number[] = [];
  for (let at = 0; at < outputs[0]!.shape[0]; at++) {
    features.push(...(await engine.run(generateImage(at, height, width))).features);
  }
  return features;
}
