import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../../training/data/folders.ts";
import { TENSORFLOWJS_FOLDER } from "../../training/weights/fixtures.ts";
import { runRadlite } from "../program.ts";

const PAIRS = `
common:
  description: For this test.
  input: { size: 32, channels: 3 }
  validation: { fraction: 0.25 }
  fit: { epochs: 2, batch: 16, rate: 0.002 }
pairs:
  - name: small
    both: { architecture: { family: mobilenet, width: 0.03125 } }
    transfer:
      initial: { weights: fixture, freezeUntil: conv_pw_13_relu, views: 1 }
    scratch:
      input: { normalise: per-image }
`;

let folder: TemporaryFolder;
let pairs: string;
let env: Record<string, string>;
const at = (...parts: string[]) => join(folder.path, ...parts);

beforeAll(async () => {
  folder = await openTemporaryFolder();
  pairs = at("pairs.yaml");
  env = { RADLITE_STORE: `file:${at("store")}`, RADLITE_CACHE: at("cache") };
  writeFileSync(pairs, PAIRS);
  await writeClasses(folder, "chest/train", patients(24));
});

afterAll(() => folder.remove());

test("trains both sides, registers runs and versions, and prints the same from folders and registry", async () => {
  const out = ["--out", at("runs"), "--markdown"];
  const weights = ["--weights", `small=${TENSORFLOWJS_FOLDER}`];

  const trained = await runRadlite(
    ["compare-transfer", pairs, "--data", at("chest"), "--register", ...weights, ...out],
    { env },
  );
  const printed = await runRadlite(["compare-transfer", pairs, ...out], { env });
  const registered = await runRadlite(["compare-transfer", pairs, "--registered", ...out], { env });

  expect(trained.stderr).toMatch(/small, transfer, seed 1\n[\s\S]*small, scratch, seed 1\n/);
  expect(trained.code).toBe(0);
  expect(trained.stdout).toMatch(
    /\| mobilenet ×0\.03125 \| transfer \| .*\n\| mobilenet ×0\.03125 \| scratch \|/,
  );
  expect(trained.stdout).toMatch(/\| small \| 1 \| \d+ of validation \| \d+ \| \d+ \| [01]\.\d{3} \|\n$/);
  expect(printed.stdout).toBe(trained.stdout);
  expect(registered.stdout).toBe(trained.stdout);

  const registry = await openRegistry({ store: await openStore(env.RADLITE_STORE!, { access: "read" }) });
  const { runs } = await registry.refresh();
  expect([...runs.values()].map(({ outcome, recipe }) => [outcome, recipe.name])).toEqual([
    ["SUCCEEDED", "small-transfer"],
    ["SUCCEEDED", "small-scratch"],
  ]);
});

test("without --data nothing is trained: each row is the command that does it, with its costs", async () => {
  const { code, stdout } = await runRadlite(
    ["compare-transfer", "squeezenet", "--out", at("none"), "--json"],
    { env },
  );
  const table = await runRadlite(["compare-transfer", "squeezenet", "--out", at("none")], { env });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    runs: [
      { pair: "squeezenet", start: "transfer" },
      { pair: "squeezenet", start: "scratch" },
    ],
    paired: [],
  });
  expect(table.stdout).toContain("723,009");
  expect(table.stdout).toContain("`radlite compare-transfer squeezenet --only scratch --data DIR`");
});

test.each([
  [["squeezenet", "--weights", "squeezenet.h5"], 2, /expected PAIR=PATH, of the pairs squeezenet/],
  [["squeezenet", "--weights", "vgg16=x.h5"], 2, /expected PAIR=PATH, of the pairs squeezenet/],
  [["squeezenet"], 1, /squeezenet-transfer starts from the weights imagenet: fetch them|say where they are/],
  [["vgg61"], 1, /no family vgg61/],
])("%j is refused before anything is trained", async (args, expected, message) => {
  const { code, stdout, stderr } = await runRadlite(
    ["compare-transfer", ...args, "--data", at("chest"), "--out", at("none")],
    { env },
  );

  expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
  expect(stderr).toMatch(message);
});

test("a recipe of a pair that was trained is the one in its folder", () => {
  const written = readFileSync(at("runs", "small-scratch", "recipe.yaml"), "utf8");

  expect(written).toContain("name: small-scratch");
  expect(written).toContain("normalise: per-image");
});

test("a registry that cannot be read is known before the first training", async () => {
  writeFileSync(at("no-store"), "");
  const { code, stderr } = await runRadlite(
    [
      "compare-transfer",
      pairs,
      "--data",
      at("chest"),
      "--only",
      "scratch",
      "--registered",
      "--out",
      at("late"),
    ],
    { env: { ...env, RADLITE_STORE: `file:${at("no-store")}` } },
  );

  expect(code).toBe(2);
  expect(stderr).toContain("no-store");
  expect(existsSync(at("late"))).toBe(false);
});
