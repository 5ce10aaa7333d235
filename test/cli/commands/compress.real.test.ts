import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { parseLayers } from "../../../cli/commands/compress.ts";
import { makeWorkplace, ROOT, runRadlite } from "../program.ts";

const { folder, model, bytes } = makeWorkplace();
const env = { RADLITE_STORE: `file:${join(folder, "store")}` };

/** residual-64 with these stages instead of its own. */
function writeRecipe(name: string, stages: string): string {
  const shipped = readFileSync(join(ROOT, "training/recipes/shipped/residual-64.yaml"), "utf8");
  const path = join(folder, `${name}.yaml`);
  const [head] = shipped.split("stages:");
  writeFileSync(path, `${head!.replace("name: residual-64", `name: ${name}`)}stages:\n${stages}\n`);
  return path;
}

const RANGE = writeRecipe("ranged", "  - name: range");

test("its help", async () => {
  const { stdout } = await runRadlite(["compress", "--help"]);
  expect(stdout).toMatchSnapshot();
});

test("a shipped model in another coding, without an image: smaller, registered, its parent known", async () => {
  const out = join(folder, "ranged");

  const args = ["compress", "residual-64", "--recipe", RANGE, "--seed", "7", "--out", out];
  const { code, stdout } = await runRadlite([...args, "--register", "--json"], { env });

  expect({ code, result: JSON.parse(stdout) }).toEqual({
    code: 0,
    result: { bundle: out, version: "chest-xray@2" }, // the parent is the first
  });
  const shipped = join(ROOT, "registry/shipped/residual-64");
  const facts = JSON.parse(readFileSync(join(out, "version.json"), "utf8"));
  expect(facts.parent).toBe(JSON.parse(readFileSync(join(shipped, "version.json"), "utf8")).sha256);
  expect(facts.stages.map(({ name }: { name: string }) => name)).toEqual(["cluster", "huffman", "range"]);
  expect(facts.seed).toBe(7);
  expect(statSync(join(out, "model.rlm")).size).toBeLessThan(statSync(join(shipped, "model.rlm")).size);
});

test("a compression that is refused for want of --resume leaves no run behind", async () => {
  const out = join(folder, "stopped");
  const store = { RADLITE_STORE: `file:${join(folder, "store-of-refused")}` };
  mkdirSync(join(`${out}.partial`, "stages"), { recursive: true });

  const args = ["compress", "residual-64", "--recipe", RANGE, "--out", out, "--register"];
  const { code, stderr } = await runRadlite(args, { env: store });

  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^radlite: CONFLICT: .*--resume/),
  });
  const registry = await openRegistry({ store: await openStore(store.RADLITE_STORE) });
  expect([...registry.state.runs.keys()]).toEqual([]);
});

test.each<[string, string, string, number, RegExp]>([
  [
    "a damaged file",
    "damaged.rlm",
    RANGE,
    1,
    /^radlite: BAD_ARTIFACT: damaged\.rlm: model file has checksum/,
  ],
  [
    "a file that is no model",
    RANGE,
    RANGE,
    1,
    /^radlite: BAD_ARTIFACT: \S*ranged\.yaml: not a Radlite model/,
  ],
  [
    "a model that is not there",
    "absent",
    RANGE,
    1,
    /^radlite: NOT_FOUND: there is no file, bundle or shipped model/,
  ],
  ["another architecture", model, RANGE, 2, /^radlite: BAD_INPUT: .*model\.rlm is not of the architecture/],
  [
    "no bits",
    "residual-64",
    writeRecipe("no-bits", "  - { name: cluster, bits: 0 }"),
    2,
    /bits is 0; allowed: a whole number from 1 to 8/,
  ],
  [
    "images that are missing",
    "residual-64",
    writeRecipe("learning", "  - name: prune"),
    2,
    /Stage prune looks at radiographs/,
  ],
])("%s: exit code and a sentence, and nothing is written", async (_name, named, recipe, code, message) => {
  writeFileSync(
    join(folder, "damaged.rlm"),
    bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
  );
  const out = join(folder, "nothing");

  const args = ["compress", named, "--recipe", recipe, "--out", out];
  const outcome = await runRadlite(args, { cwd: folder, env });

  expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: "" });
  expect(outcome.stderr).toMatch(message);
  expect(existsSync(out)).toBe(false);
});

test("layers are numbers and spans of numbers", () => {
  expect(parseLayers("1, 12-14,3")).toEqual([1, 12, 13, 14, 3]);
  for (const wrong of ["", "0", "a", "4-2", "1,,2", "-3"]) {
    expect(() => parseLayers(wrong)).toThrow(/Expected numbers of layers/);
  }
});
