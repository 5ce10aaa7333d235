/** What was answered, kept, listed and computed again: RADLITE_AUDIT_PREDICTIONS, affected and replay. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { digestOf } from "@radlite/registry/bundle";
import { createModel, setGate, uploadArtifact } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { beforeAll, expect, test } from "vitest";
import { promoteTiny, tinyVersion } from "../../fixtures/tiny-version.ts";
import { makeFolder, RADIOGRAPHS, ROOT, runRadlite } from "../program.ts";

const NORMAL = join(RADIOGRAPHS, "IM-0115-0001.jpeg");
const PNEUMONIA = join(RADIOGRAPHS, "person1_bacteria_1.jpeg");
const GATE = readFileSync(join(ROOT, "registry/shipped/gates/chest-xray.rlg"));
const ACTOR = { name: "test", role: "approver" } as const;

const folder = makeFolder();
const env = { RADLITE_STORE: `file:${join(folder, "store")}`, RADLITE_AUDIT_PREDICTIONS: "on" };
const radlite = (...args: string[]) => runRadlite(args, { env });
const digest = (file: string) => digestOf(readFileSync(file));

beforeAll(async () => {
  const registry = await openRegistry({ store: fileStore(join(folder, "store")) });
  await createModel(registry, { name: "chest-xray", description: "", actor: ACTOR });
  await promoteTiny(registry, 1);
  const artifact = await uploadArtifact(registry.store, GATE);
  await setGate(registry, { model: "chest-xray", artifact, reason: "a test", actor: ACTOR });
});

test("classify and score leave each answer in the store, affected lists them, replay computes them again", async () => {
  const films = join(folder, "films");
  mkdirSync(films);
  symlinkSync(PNEUMONIA, join(films, "Mrs-Smith.jpeg"));
  writeFileSync(join(films, "notes.txt"), "no radiograph");

  const classified = await radlite("classify", NORMAL, "--json");
  const { results, requestId, audited } = JSON.parse(classified.stdout);
  expect({ code: classified.code, audited }).toEqual({ code: 0, audited: true });
  const scores = join(folder, "scores.jsonl");
  expect(await radlite("score", films, "--out", scores)).toMatchObject({ code: 3 });
  const [line] = readFileSync(scores, "utf8").split("\n");
  expect(JSON.parse(line!).answer.audited).toBe(true);

  const { stdout } = await radlite("affected", "--version", "chest-xray@1", "--json");
  expect(stdout).not.toContain("Smith");
  const listed = JSON.parse(stdout);
  expect(listed).toMatchObject({ artifact: tinyVersion(1).facts.sha256, predictions: 2, damaged: [] });
  const { verdict, probability } = results[0];
  const actor = { name: userInfo().username, role: "approver" };
  const gate = digestOf(GATE);
  expect(listed.found).toContainEqual(
    expect.objectContaining({ requestId, verdict, probability, input: digest(NORMAL), gate, actor }),
  );
  expect(listed.found).toContainEqual(expect.objectContaining({ input: digest(PNEUMONIA) }));

  const [byGate, before, none] = await Promise.all([
    radlite("affected", "--gate", gate),
    radlite("affected", "--gate", gate, "--to", "2020-01-01", "--json"),
    radlite("affected", "--version", "f".repeat(64)),
  ]);
  expect(byGate.stdout).toMatch(/^2 predictions at file:.*: \d [A-Z_]+/);
  expect(byGate.stdout).toContain(digest(NORMAL));
  const times = listed.found.map(({ at }: { at: string }) => at);
  expect(times).toEqual([...times].sort());
  expect(await radlite("affected", "--gate", gate, "--server", "http://localhost:1")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /BAD_INPUT: radlite affected works on the objects of the store.*RADLITE_STORE/,
    ),
  });
  expect(JSON.parse(before.stdout).predictions).toBe(0);
  expect(none).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0 predictions at /) });

  const answers = { classified: classified.stdout, scored: line!, kept: JSON.stringify(listed.found[0]) };
  for (const [name, text] of Object.entries(answers)) writeFileSync(join(folder, `${name}.json`), text);
  const again = await Promise.all([
    radlite("replay", join(folder, "classified.json"), NORMAL),
    radlite("replay", join(folder, "scored.json"), PNEUMONIA, "--json"),
    radlite(
      "replay",
      join(folder, "kept.json"),
      listed.found[0].input === digest(NORMAL) ? NORMAL : PNEUMONIA,
    ),
  ]);
  expect(again.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    again.map(() => ({ code: 0, stderr: "" })),
  );
  expect(again[0]!.stdout).toMatch(/ with a probability of 0\.\d+ comes out again\n$/);
  expect(JSON.parse(again[1]!.stdout).differences).toEqual([]);
});

test("replay says what differs, and what an answer cannot be computed with", async () => {
  const text = JSON.stringify(JSON.parse((await radlite("classify", NORMAL, "--json")).stdout));
  const keep = (name: string, change: (answer: string) => string) => {
    writeFileSync(join(folder, name), change(text));
    return radlite("replay", join(folder, name), NORMAL);
  };
  const { probability } = JSON.parse(text).results[0];
  const sha256 = tinyVersion(1).facts.sha256;
  const [near, far, foreign, gone, refusal, other] = await Promise.all([
    keep("near.json", (answer) => answer.replace(String(probability), String(probability + 9e-7))),
    keep("far.json", (answer) => answer.replace(String(probability), String(probability + 2e-6))),
    keep("foreign.json", () => '{"weather":"fair"}'),
    keep("gone.json", (answer) => answer.replace(sha256, "e".repeat(64))),
    keep("refusal.json", () => '{"error":{"code":"BAD_INPUT","reason":"ROTATED"}}'),
    radlite("replay", join(folder, "near.json"), PNEUMONIA),
  ]);
  expect(near.code).toBe(0);
  expect(far).toMatchObject({ code: 1, stderr: "" });
  expect(far.stdout).toMatch(/^probability +0\.\d+ +0\.\d+$/m);
  expect(foreign).toMatchObject({ code: 2, stderr: expect.stringContaining("is no answer of Radlite's") });
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining("there is no artifact eeee") });
  expect(refusal).toMatchObject({ code: 2, stderr: expect.stringContaining("is a refusal") });
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("this one has") });
});

test("a verdict does not fail for its audit, and says that it is not in it; a setting that is none ends it", async () => {
  const model = join(folder, "model.rlm");
  writeFileSync(model, tinyVersion(1).bytes);
  const asked = (more: Record<string, string>) =>
    runRadlite(["classify", NORMAL, "--model", model, "--json"], { env: { ...env, ...more } });
  const [lost, wrong] = await Promise.all([
    asked({ RADLITE_STORE: `file:${model}` }),
    asked({ RADLITE_AUDIT_PREDICTIONS: "perhaps" }),
  ]);
  expect(lost.code).toBe(0);
  expect(JSON.parse(lost.stdout)).toMatchObject({
    audited: false,
    results: [{ probability: expect.any(Number) }],
  });
  expect(lost.stderr).toMatch(/^radlite: predictions are not kept for a minute at least: /m);
  expect(wrong).toMatchObject({ code: 1, stdout: "" });
  expect(wrong.stderr).toContain('RADLITE_AUDIT_PREDICTIONS is "perhaps"; "on" or "off" was expected');
});
