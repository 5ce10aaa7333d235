import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BatchSource, openBatchSource, type PixelSet } from "@radlite/training/data";
import { parseRecipe } from "@radlite/training/recipes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeBatch } from "../../../training/data/batch.ts";

const recipe = parseRecipe(
  `name: tiny
description: Every augmentation at once.
architecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }
input: { size: 16 }
fit: { epochs: 2, batch: 4, seed: 7 }
augment: { shift: 0.1, zoom: 0.2, rotate: 15, aspect: 0.2, gamma: 0.5, blur: 0.05, noise: 8, erase: 0.2,
  scale: { down: 0.5, up: 1.5 }, jpegQuality: 20, chance: 0.5 }
`,
  "tiny.yaml",
);

/** 11 images of 32x32 for a network of 16x16, each a ramp of its own slope. */
function createPixels(): PixelSet {
  const n = 11;
  const side = 32;
  const pixels = new Uint16Array(new SharedArrayBuffer(n * side * side * 2));
  for (let at = 0; at < pixels.length; at++) {
    const image = Math.floor(at / (side * side));
    pixels[at] = (((at % side) * (image + 1) * 7 + Math.floor(at / side) * 5) % 256) * 256;
  }
  return {
    input: { height: 16, width: 16, channels: 1, normalise: { kind: "per-image" } },
    side,
    pixels,
    labels: Uint8Array.from({ length: n }, (_, at) => at % 2),
    images: [],
    unreadable: [],
  };
}

describe("openBatchSource", () => {
  let source: BatchSource;
  const pixels = createPixels();
  const plan = { pixels, augment: recipe.augment, batch: 4, seed: 7 };

  beforeEach(async () => {
    source = await openBatchSource(pixels, recipe);
  });
  afterEach(() => source.close());

  it("gives from its thread the very batches that the pure function makes", async () => {
    expect(source.stepsPerEpoch).toBe(2);
    for (const [epoch, step] of [
      [0, 0],
      [0, 1],
      [1, 0],
    ] as const) {
      expect(await source.batch(epoch, step)).toEqual(makeBatch(plan, epoch, step));
    }
  });

  it("gives the same from several threads", async () => {
    const several = await openBatchSource(pixels, recipe, { threads: 3 });

    const batches = await Promise.all([0, 1].map((step) => several.batch(2, step)));
    await several.close();

    expect(batches).toEqual([makeBatch(plan, 2, 0), makeBatch(plan, 2, 1)]);
  });

  it("gives any step at any time, and the same again", async () => {
    const late = await source.batch(5, 1);
    const early = await source.batch(0, 0);

    expect(late).toEqual(makeBatch(plan, 5, 1));
    expect(await source.batch(0, 0)).toEqual(early);
    expect(await source.batch(5, 1)).toEqual(late);
  });

  it("answers requests that were made together", async () => {
    const [a, b] = await Promise.all([source.batch(3, 0), source.batch(8, 1)]);

    expect(a).toEqual(makeBatch(plan, 3, 0));
    expect(b).toEqual(makeBatch(plan, 8, 1));
  });

  it("rejects open and later requests once closed", async () => {
    const open = source.batch(40, 0);
    const refused = expect(open).rejects.toThrow("the batch source is closed");
    await source.close();

    await refused;
    await expect(source.batch(0, 0)).rejects.toThrow("the batch source is closed");
  });
});

describe("a batch thread that fails", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "radlite-worker-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function openWith(text: string): Promise<BatchSource> {
    const path = join(folder, "worker.mjs");
    await writeFile(path, text);
    return openBatchSource(createPixels(), recipe, { workerFile: pathToFileURL(path) });
  }

  it("passes on an error of one batch", async () => {
    const source = await openWith(
      `import { parentPort } from "node:worker_threads";
       parentPort.on("message", ({ epoch, step }) => parentPort.postMessage({ epoch, step, error: new Error("no " + step) }));`,
    );

    await expect(source.batch(0, 1)).rejects.toThrow("no 1");
    await source.close();
  });

  it("rejects every request with the cause when the thread dies", async () => {
    const source = await openWith(`throw new Error("out of paper");`);

    const first = await source.batch(0, 0).catch((error: Error) => error);
    expect((first as Error).message).toBe("a batch thread failed");
    expect(((first as Error).cause as Error).message).toBe("out of paper");
    await expect(source.batch(0, 1)).rejects.toThrow("a batch thread failed");
  });
});
