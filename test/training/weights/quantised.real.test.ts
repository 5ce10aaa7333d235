/** Weights that TensorFlow.js stores smaller than float32, to the bits that its own loader reads. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tf } from "@radlite/training/fit";
import { afterEach, expect, test } from "vitest";
import { openWeights } from "../../../training/weights/open.ts";
import { copyFolder } from "./fixtures.ts";

type Spec = Parameters<typeof tf.io.decodeWeights>[1][number];

let folder: string;
afterEach(() => rm(folder, { recursive: true }));

const STORAGES = [
  { dtype: "uint8", scale: 0.022262044981414198, min: -1.4470329237919228 },
  { dtype: "uint16", scale: 1 / 3, min: -7e-3 },
  { dtype: "float16" },
  undefined,
] as const;
const BYTES = { uint8: 1, uint16: 2, float16: 2 } as const;

/** Each tensor of a folder in a way of its own, its bytes as they fall, in shards that cut through tensors. */
async function requantise(): Promise<{ specs: Spec[]; bytes: Buffer }> {
  folder = await copyFolder();
  const path = join(folder, "model.json");
  const description = JSON.parse(await readFile(path, "utf8"));
  const [group] = description.weightsManifest;
  let end = 0;
  group.weights.forEach((spec: Spec, at: number) => {
    const quantization = STORAGES[at % STORAGES.length];
    if (quantization) Object.assign(spec, { quantization });
    end +=
      (quantization ? BYTES[quantization.dtype] : 4) *
      spec.shape.reduce((product: number, side: number) => product * side, 1);
  });
  const bytes = Buffer.from(Uint8Array.from({ length: end }, (_, at) => (at * 37 + (at >> 7)) & 0x7b)); // all finite
  const cuts = [0, 1001, 2 * Math.floor(end / 3) + 1, end];
  for (const [at, name] of group.paths.entries())
    await writeFile(join(folder, name), bytes.subarray(cuts[at], cuts[at + 1]));
  await writeFile(path, JSON.stringify(description));
  return { specs: group.weights, bytes };
}

test("uint8, uint16, float16 and float32 beside each other, over the ends of shards", async () => {
  const { specs, bytes } = await requantise();

  const { layers } = await openWeights(folder);

  const theirs = tf.io.decodeWeights(Uint8Array.from(bytes).buffer, specs);
  const ours = new Map(
    layers.flatMap(({ name, tensors = [] }) => tensors.map((tensor) => [`${name}/${tensor.name}`, tensor])),
  );
  expect(specs.length).toBeGreaterThan(STORAGES.length);
  for (const { name, shape } of specs) {
    const tensor = ours.get(name)!;
    expect(tensor.shape, name).toEqual(shape);
    expect(tensor.read(), name).toEqual(theirs[name]!.dataSync());
    theirs[name]!.dispose();
  }
});

test("every finite half float", async () => {
  folder = await copyFolder();
  const halves = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00,
  );
  const spec: Spec = {
    name: "all/kernel",
    shape: [halves.length],
    dtype: "float32",
    quantization: { dtype: "float16" },
  };
  const manifest = { weightsManifest: [{ paths: ["halves"], weights: [spec] }] };
  await writeFile(join(folder, "model.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "halves"), new Uint8Array(halves.buffer));

  const { layers } = await openWeights(folder);

  const [theirs] = Object.values(tf.io.decodeWeights(halves.buffer, [spec]));
  expect(layers[0]!.tensors![0]!.read()).toEqual(theirs!.dataSync());
  theirs!.dispose();
});
