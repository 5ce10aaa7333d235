/**
 * Pairs from files to rows: trained once, gone on with after a stop, kept when finished, recorded in a registry, each
 * side from several seeds at the rate that was found for it.
 */

import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { VersionFacts } from "@radlite/registry/bundle";
import { registerBundle } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { comparePairs } from "@radlite/training/compare-pairs";
import { findRows, formatMarkdown, listRuns, readRows } from "@radlite/training/comparisons";
import { loadPairs } from "@radlite/training/recipes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTemporaryFolder, patients, type TemporaryFolder, writeClasses } from "../data/folders.ts";
import { TENSORFLOWJS_FOLDER } from "../weights/fixtures.ts";

const PAIRS = `
common:
  description: For this test.
  input: { size: 32, channels: 3 }
  validation: { fraction: 0.25 }
  fit: { epochs: 3, batch: 16, rate: 0.002 }
  augment: { shift: 0.1 }
pairs:
  - name: small
    both: { architecture: { family: mobilenet, width: 0.03125 } }
    transfer:
      fit: { epochs: 2 }
      initial: { weights: fixture, freezeUntil: conv_pw_13_relu, views: 2, unfreeze: { from: conv_dw_9, epochs: 1, rate: 0.0005 } }
    scratch:
      input: { normalise: per-image }
`;

let folder: TemporaryFolder;
let dataFolder: string;
let pairsFile: string;

beforeAll(async () => {
  folder = await openTemporaryFolder();
  dataFolder = join(folder.path, "data");
  pairsFile = join(folder.path, "pairs.yaml");
  process.env.RADLITE_CACHE = join(folder.path, "cache");
  await writeClasses(folder, "data/train", patients(24));
  await folder.write("pairs.yaml", PAIRS);
});

afterAll(() => folder.remove());

const weights = () => ({ given: TENSORFLOWJS_FOLDER });

async function readFacts(bundle: string): Promise<VersionFacts> {
  return JSON.parse(await readFile(join(bundle, "version.json"), "utf8")) as VersionFacts;
}

test("both sides are trained, a stopped comparison goes on, and what is finished is left alone", async () => {
  const pairs = await loadPairs([pairsFile]);
  const [stopped, straight] = [join(folder.path, "stopped"), join(folder.path, "straight")];
  const controller = new AbortController();
  let epochs = 0;
  const interrupted = comparePairs(pairs, {
    dataFolder,
    outFolder: stopped,
    weights,
    signal: controller.signal,
    onStart: async () => (progress) => {
      if (progress.kind === "epoch" && ++epochs === 2) controller.abort(new Error("stopped"));
    },
  });
  await expect(interrupted).rejects.toThrow("stopped");

  const started: string[] = [];
  const onStart = async ({ start }: { start: string }) => void started.push(start) as undefined;
  await comparePairs(pairs, { dataFolder, outFolder: stopped, weights, onStart });
  await comparePairs(pairs, { dataFolder, outFolder: straight, weights });
  const written = (await stat(join(stopped, "small-transfer", "version.json"))).mtimeMs;
  await comparePairs(pairs, { dataFolder, outFolder: stopped, weights, onStart });

  expect(started).toEqual(["transfer", "scratch"]);
  expect((await stat(join(stopped, "small-transfer", "version.json"))).mtimeMs).toBe(written);
  for (const name of ["small-transfer", "small-scratch"]) {
    const [facts, same] = [await readFacts(join(stopped, name)), await readFacts(join(straight, name))];
    expect(facts.sha256, name).toBe(same.sha256);
    expect(facts.tags, name).toMatchObject({ pair: "small", start: name.slice("small-".length) });
    expect(Number(facts.tags.fitSeconds), name).toBeGreaterThanOrEqual(0);
  }
});

test("weights that are not there or do not fit, even those of the last pair, are named before the first training", async () => {
  await folder.write(
    "two.yaml",
    `${PAIRS}${PAIRS.slice(PAIRS.indexOf("  - name"), PAIRS.indexOf("    scratch:")).replace("small", "last")}`,
  );
  const pairs = await loadPairs([join(folder.path, "two.yaml")]);
  const started: string[] = [];
  const compareWith = (last: string) =>
    comparePairs(pairs, {
      ...{ dataFolder, outFolder: join(folder.path, "two") },
      weights: (pair) => ({ given: pair === "last" ? last : TENSORFLOWJS_FOLDER }),
      onStart: async ({ name }) => void started.push(name) as undefined,
    });
  const other = await folder.write("other/model.json", "{}");

  await expect(compareWith(join(folder.path, "absent.h5"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(compareWith(dirname(other))).rejects.toMatchObject({ code: "BAD_INPUT" });
  expect(started).toEqual([]);
});

test("rows come from the folders, and the same from a registry that has the versions; the rest has its command", async () => {
  const pairs = await loadPairs([pairsFile]);
  const outFolder = join(folder.path, "rows");
  const registry = await openRegistry({ store: memoryStore() });
  const transferOnly = pairs.map((pair) => ({ ...pair, recipes: { transfer: pair.recipes.transfer! } }));
  await comparePairs(transferOnly, {
    dataFolder,
    outFolder,
    weights,
    async onFinish(_run, bundle) {
      await registerBundle(registry, bundle, { actor: { name: "test", role: "approver" } });
    },
  });
  const runs = listRuns(pairs);

  const [read, found] = [await readRows(runs, outFolder), findRows(runs, await registry.refresh())];

  const text = formatMarkdown(read);
  expect(formatMarkdown(found)).toBe(text);
  const [, , transfer, scratch] = text.split("\n");
  const { parameters, macs, sizeBytes } = await readFacts(join(outFolder, "small-transfer"));
  for (const count of [parameters, macs, sizeBytes]) expect(transfer).toContain(count.toLocaleString("en"));
  expect(transfer).toMatch(/^\| mobilenet ×0\.03125 \| transfer \| 32 × 3 \| 3 \| 1 \| .* of validation \|/);
  expect(transfer).toMatch(/ 0\.002, then 0\.0005 \|.*( \d+\.\d \/ \d+\.\d% \|){2}$/);
  expect(scratch).toContain("not trained here");
  for (const count of [parameters, macs]) expect(scratch).toContain(` ${count.toLocaleString("en")} |`);
  expect(scratch).toContain(`\`radlite compare-transfer ${pairsFile} --only scratch --data DIR\``);
});

test("both rates are tried alike, the better one is every seed's, and what was tried is not tried again", async () => {
  const searched = PAIRS.replace("pairs:", "search: { factors: [0.01, 2], epochs: 2 }\npairs:")
    .replace("name: small", "name: searched\n    seeds: [4, 5]")
    .replace(/ {4}transfer:[\s\S]*(?= {4}scratch)/, "");
  await folder.write("searched.yaml", searched);
  const pairs = await loadPairs([join(folder.path, "searched.yaml")]);
  const outFolder = join(folder.path, "searched");
  const tried: number[] = [];
  const onTry = (_run: unknown, factor: number) => void tried.push(factor) as undefined;

  await comparePairs(pairs, { dataFolder, outFolder, weights, onTry });
  await comparePairs(pairs, { dataFolder, outFolder, weights, onTry });

  expect(tried).toEqual([0.01, 2]);
  const names = ["searched-scratch", "searched-scratch-seed-5"];
  expect((await readdir(outFolder)).filter((name) => name.startsWith("searched")).sort()).toEqual(names);
  const rates = JSON.parse(await readFile(join(outFolder, names[0]!, "rates.json"), "utf8"));
  expect(rates).toMatchObject({ epochs: 2, tried: [{ factor: 0.01 }, { factor: 2 }] });
  const best = rates.tried[1].auc > rates.tried[0].auc ? 0.004 : 0.00002;
  for (const [at, name] of names.entries()) {
    expect(await readFile(join(outFolder, name, "recipe.yaml"), "utf8"), name).toContain(`rate: ${best}`);
    expect(await readFacts(join(outFolder, name)), name).toMatchObject({
      seed: [4, 5][at],
      tags: { rate: String(best) },
    });
  }
  const [row, ...others] = await readRows(listRuns(pairs), outFolder);
  expect({ versions: row!.versions.length, others }).toEqual({ versions: 2, others: [] });
  const elsewhere = await loadPairs([pairsFile]);
  const renamed = elsewhere.map((pair) => ({ ...pair, name: "searched" }));
  const foreign = await readRows(listRuns(renamed), outFolder);
  expect(foreign.map(({ versions }) => versions)).toEqual([[], []]); // of another recipe
});

test("weights that nobody finds are named before anything is trained", async () => {
  const pairs = await loadPairs(["squeezenet"]);
  const started: unknown[] = [];
  const cacheFolder = join(folder.path, "no-weights");
  const compared = comparePairs(pairs, {
    dataFolder,
    outFolder: join(folder.path, "none"),
    weights: () => ({ cacheFolder }),
    onStart: async (run) => void started.push(run) as undefined,
  });

  await expect(compared).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining("squeezenet-transfer starts from the weights imagenet"),
  });
  expect(started).toEqual([]);
});
