import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { afterEach, expect, test } from "vitest";
import { openWeights } from "../../../training/weights/open.ts";
import { type StoredWeights, splitName } from "../../../training/weights/stored.ts";
import { copyFolder, NOTOP_FILE, TENSORFLOWJS_FOLDER } from "./fixtures.ts";

const copies: string[] = [];

async function copy(): Promise<string> {
  const folder = await copyFolder();
  copies.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of copies.splice(0)) await rm(folder, { recursive: true });
});

interface Description {
  modelTopology?: unknown;
  weightsManifest: { paths: string[]; weights: { name: string; dtype: string; quantization?: unknown }[] }[];
}

async function rewrite(folder: string, change: (description: Description) => unknown): Promise<void> {
  const path = join(folder, "model.json");
  const description = JSON.parse(await readFile(path, "utf8")) as Description;
  await writeFile(path, JSON.stringify(change(description) ?? description));
}

async function refusalOf(path: string): Promise<RadliteError> {
  const error = await openWeights(path).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(RadliteError);
  return error as RadliteError;
}

test("names are cut at the last slash, the number behind is dropped", () => {
  expect(splitName("conv1/bn/moving_mean:0")).toEqual(["conv1/bn", "moving_mean"]);
  expect(splitName("kernel")).toEqual(["", "kernel"]);
});

test("model.json itself stands for its folder", async () => {
  const [folder, file] = await Promise.all([
    openWeights(TENSORFLOWJS_FOLDER),
    openWeights(join(TENSORFLOWJS_FOLDER, "model.json")),
  ]);

  expect(file.layers.map(({ name }) => name)).toEqual(folder.layers.map(({ name }) => name));
});

test("layers come in the order of the topology, or of the manifest where there is none", async () => {
  const folder = await copy();
  const ordered = await openWeights(folder);
  await rewrite(folder, ({ weightsManifest }) => ({ weightsManifest }));
  const plain = await openWeights(folder);

  const list = ({ layers }: StoredWeights) => layers.slice(1, 4).map(({ name }) => name);
  expect(list(ordered)).toEqual(["conv1_bn", "conv_dw_1", "conv_dw_1_bn"]);
  expect(list(plain)).toEqual(["conv1_bn", "conv_dw_1", "conv_dw_10"]);
});

test("the layers of the first shard are read from a folder without its second, the others absent", async () => {
  const whole = await openWeights(TENSORFLOWJS_FOLDER);
  const folder = await copy();
  await rm(join(folder, "group1-shard2of3"));

  const { layers } = await openWeights(folder);

  const present = layers.filter(({ tensors }) => tensors !== undefined).map(({ name }) => name);
  const absent = layers.filter(({ tensors }) => tensors === undefined).map(({ name }) => name);
  expect(present).toContain("conv1");
  expect(present).toContain("conv_preds"); // of the other group
  expect(absent).toContain("conv_pw_13_bn"); // of the third shard, which is there, at a place that is not known
  expect(present.length + absent.length).toBe(whole.layers.length);
  for (const layer of layers) {
    const twin = whole.layers.find(({ name }) => name === layer.name)!;
    expect(layer.tensors?.map(({ read }) => read())).toEqual(
      layer.tensors && twin.tensors!.map(({ read }) => read()),
    );
  }
});

test("a truncated shard is refused by the layer that it cuts, expected and found", async () => {
  const folder = await copy();
  await truncate(join(folder, "group2-shard1of1"), 250);

  const { code, message } = await refusalOf(folder);

  expect(code).toBe("BAD_INPUT");
  expect(message).toMatch(
    /kernel of layer conv_preds, 1x1x32x2, was expected to end at byte 256 of group2-shard1of1, which ends at 250: .*group2-shard1of1 is truncated/,
  );
});

test("a truncated shard is refused also where one behind it is missing, so that nothing is read from a wrong place", async () => {
  const folder = await copy();
  await truncate(join(folder, "group1-shard1of3"), 7000);
  await rm(join(folder, "group1-shard3of3"));

  expect((await refusalOf(folder)).message).toMatch(
    /group1-shard3of3 is missing, and .*group1-shard1of3 has 7000 bytes where another has 7809: it is truncated/,
  );
});

test("a shard that is too long is refused", async () => {
  const folder = await copy();
  await writeFile(join(folder, "group2-shard1of1"), new Uint8Array(268));

  expect((await refusalOf(folder)).message).toMatch(/were expected to hold 264 bytes and hold 268/);
});

test("values that TensorFlow.js would not read as floats are refused by layer, and by what is wrong", async () => {
  const refuse = async (stored: { dtype?: string; quantization?: unknown }): Promise<string> => {
    const folder = await copy();
    await rewrite(folder, ({ weightsManifest }) => {
      Object.assign(weightsManifest[1]!.weights[1]!, stored);
    });
    return (await refusalOf(folder)).message;
  };

  expect(await refuse({ dtype: "int32" })).toMatch(
    /bias of layer conv_preds was expected as float32, or uint8 .* and is int32\./,
  );
  const whole = { dtype: "uint8", scale: 1, min: 0 };
  expect(await refuse({ dtype: "int32", quantization: whole })).toMatch(/and is int32 with quantization/);
  expect(await refuse({ quantization: { dtype: "uint8", min: 0 } })).toMatch(/\(quantization\.scale: /);
  expect(await refuse({ quantization: { ...whole, min: "0" } })).toMatch(/\(quantization\.min: /);
  expect(await refuse({ quantization: { ...whole, dtype: "int8" } })).toMatch(/\(quantization\.dtype: /);
  expect(await refuse({ quantization: "uint8" })).toMatch(/with quantization "uint8"/);
  expect(await refuse({ quantization: whole })).toMatch(/were expected to hold 258 bytes and hold 264/);
});

test("a model.json beyond all reason is refused before it is read", async () => {
  const folder = await copy();
  await truncate(join(folder, "model.json"), 65 * 2 ** 20);

  expect((await refusalOf(folder)).message).toMatch(
    /model\.json has 68157440 bytes, expected at most 67108864/,
  );
});

test("shards outside the folder are refused", async () => {
  for (const path of ["../secret", "/etc/passwd", ".hidden", "a\\b"]) {
    const folder = await copy();
    await rewrite(folder, ({ weightsManifest }) => {
      weightsManifest[0]!.paths[0] = path;
    });
    expect((await refusalOf(folder)).message).toMatch(/weightsManifest\.0\.paths\.0 is not as expected/);
  }
});

test("a folder without a manifest, and a graph model, are refused", async () => {
  const [empty, foreign] = [await copy(), await copy()];
  await rm(join(empty, "model.json"));
  await rewrite(foreign, () => ({ format: "graph-model", modelTopology: { node: [] } }));

  expect((await refusalOf(empty)).message).toMatch(/model\.json cannot be read/);
  expect((await refusalOf(foreign)).message).toMatch(/weightsManifest is not as expected/);
});

test("what is not there is NOT_FOUND, what is neither kind BAD_INPUT", async () => {
  const folder = await copy();
  const text = join(folder, "weights.txt");
  await writeFile(text, "kernel");

  expect((await refusalOf(join(folder, "none.h5"))).code).toBe("NOT_FOUND");
  expect((await refusalOf(text)).message).toMatch(/expected a folder with model\.json .* or an \.h5 file/);
});

test("a Keras file cut short or of something else is refused, never read halfway", async () => {
  const folder = await copy();
  const bytes = await readFile(NOTOP_FILE);
  const path = join(folder, "cut.h5");
  for (const length of [100, 5_000, 20_000, bytes.length - 1]) {
    await writeFile(path, bytes.subarray(0, length));
    expect((await refusalOf(path)).message).toContain(
      `cut.h5: it was expected to end at byte ${bytes.length} and ends at ${length}: it is truncated.`,
    );
  }
  await writeFile(path, bytes.subarray(0, 0));
  expect((await refusalOf(path)).message).toMatch(/no HDF5 file, or a damaged one/);
  await writeFile(path, "this is text".repeat(1000));
  expect((await refusalOf(path)).message).toMatch(/no HDF5 file, or a damaged one/);
});
