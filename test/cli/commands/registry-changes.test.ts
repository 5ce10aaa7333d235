/** What the command line adds to versions and asks of policies, in a store of files; `remote-commands` does it by a server. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createModel } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addVersion } from "../../registry/graphql/chest-xray.ts";
import { VALIDATION_POLICY } from "../../registry/policies.ts";
import { runHere } from "../in-process.ts";
import { makeWorkplace } from "../program.ts";

const { folder } = makeWorkplace();
const actor = { name: "tester", role: "approver" } as const;

beforeAll(async () => {
  vi.stubEnv("RADLITE_STORE", `file:${join(folder, "store")}`);
  const registry = await openRegistry({ store: await openStore(process.env.RADLITE_STORE!) });
  await createModel(registry, { name: "chest-xray", description: "", policy: VALIDATION_POLICY, actor });
  await addVersion(registry, { seed: 1 });
  await addVersion(registry, { seed: 2, wrong: 30 });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const ask = (line: string) =>
  runHere(["registry", ...line.split(" ").map((word) => word.replaceAll("_", " "))]);

test("tag, annotate and archive say what the version has then, in words and as JSON", async () => {
  expect((await ask("tag chest-xray@1 site=Bonn draft=a=b")).stdout).toBe(
    "chest-xray@1: draft=a=b site=Bonn",
  );
  const tagged = JSON.parse((await ask("tag chest-xray@1 --remove draft --json")).stdout);
  expect(tagged).toEqual({ version: "chest-xray@1", tags: { site: "Bonn" } });
  expect((await ask("tag chest-xray@1 --remove site")).stdout).toBe("chest-xray@1: no tags");

  expect((await ask("annotate chest-xray@1 Misses_nothing.")).stdout).toBe("chest-xray@1 has 1 note now");
  const { notes } = JSON.parse((await ask("annotate chest-xray@1 Or_so. --json")).stdout);
  expect(notes.map(({ text }: { text: string }) => text)).toEqual(["Misses nothing.", "Or so."]);

  const archive = (more = "") => ask(`archive chest-xray@2 --reason a_test${more}`);
  expect((await archive()).stdout).toBe("chest-xray@2 is archived");
  expect((await archive(" --undo")).stdout).toBe("chest-xray@2 is no longer archived");
  expect(JSON.parse((await archive(" --undo --json")).stdout)).toEqual({
    ...{ version: "chest-xray@2", archivedAt: null },
  });
});

test("check shows each rule, and a version that does not pass ends as its promotion would", async () => {
  const good = await ask("check chest-xray@1");
  const bad = await ask("check chest-xray@2 --json");

  expect(good.error).toBeUndefined();
  expect(good.stdout).toMatch(
    /^sensitivity, lower end of its 95% interval +validation +>= 0\.9 +0\.93 +yes$/m,
  );
  expect(good.stdout).toMatch(/^AUC below production's +validation +<= 0\.01 +- +yes$/m);
  expect(good.stdout).toMatch(/^chest-xray@1 may be promoted to production, which names nothing$/m);
  expect(bad.error).toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("sensitivity on validation, lower end of its 95% interval, is 0.6"),
  });
  expect(JSON.parse(bad.stdout)).toMatchObject({
    ...{ version: "chest-xray@2", alias: "production", current: null, passes: false, canBeForced: true },
    rules: expect.arrayContaining([expect.objectContaining({ figure: "sensitivity", passes: false })]),
  });
});

test("a policy that was printed can be set again, tried before, and read as it was", async () => {
  const printed = await ask("policy --json");
  const before = new Date(Date.now() + 1).toISOString();
  const { policy } = JSON.parse(printed.stdout);
  const file = join(folder, "policy.json");
  writeFileSync(
    file,
    JSON.stringify({ policy: { ...policy, rules: [{ set: "validation", figure: "auc", min: 0.99 }] } }),
  );

  const tried = await ask(`check chest-xray@2 --policy ${file}`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const set = await ask(`policy --set ${file} --reason a_test`);
  const now = await ask("policy");
  const then = await ask(`policy --at ${before}`);

  expect(tried.error).toMatchObject({ message: expect.stringContaining("auc on validation") });
  expect(set.error).toBeUndefined();
  expect(now.stdout).toMatch(/^auc, lower end of its 95% interval +validation +>= 0\.99$/m);
  expect(now.stdout).toMatch(/^set .*: a test$/m);
  expect(then.stdout).toMatch(/^sensitivity, lower end/m);
});

test("a recipe of one's own is registered, and its faults are named by its lines", async () => {
  const good = join(folder, "mine.yaml");
  const text =
    "name: mine\ndescription: For a test.\narchitecture: { family: residual, stem: { width: 6 }, body: [{ width: 8 }] }\ninput: { size: 16 }\nfit: { epochs: 2 }\n";
  writeFileSync(good, text);
  writeFileSync(join(folder, "bad.yaml"), text.replace("epochs", "epoch"));

  const registered = JSON.parse((await ask(`register-recipe ${good} --json`)).stdout);
  const refused = await ask(`register-recipe ${join(folder, "bad.yaml")}`);
  const card = JSON.parse((await ask("card chest-xray@1 --json")).stdout);

  expect(registered).toEqual({ name: "mine", digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(refused.error).toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("bad.yaml:5: unknown key epoch in fit"),
  });
  expect(card).toEqual({ version: "chest-xray@1", card: expect.stringMatching(/^---\n/) });
});

test.each([
  ["tag chest-xray@1 site", /"site" is no tag: expected key=value/],
  ["tag chest-xray@1 a=b a=c", /the key a is there twice/],
  ["tag chest-xray@1", /expected tags to set/],
  ["tag chest-xray@9 a=b", /version "chest-xray@9" does not exist/],
  ["policy --set nowhere.json", /expected --set with --reason/],
  ["policy --at yesterday", /--at is "yesterday"/],
  ["policy hand", /there is no model hand/],
  ["check chest-xray@1 --policy nowhere.json", /cannot read nowhere\.json/],
])("registry %s says what is wrong", async (line, message) => {
  const { error } = await ask(line);
  expect((error as Error).message).toMatch(message);
});

test.each([
  ["{}", /rules/],
  ['{"rules":[{"set":"test","figure":"f1","min":1}]}', /rules\.0\.figure/],
  ['{"rules":[{"set":"test","figure":"auc","min":1,"max":2}]}', /max/],
  ['{"rules":[],"maxAucDrop":2}', /policy\.maxAucDrop is 2/],
  ["rules: []", /is no JSON/],
])("a file that holds no policy is named with what is wrong: %s", async (text, message) => {
  const file = join(folder, "wrong.json");
  writeFileSync(file, text);
  const { error } = await ask(`check chest-xray@1 --policy ${file}`);
  expect(error).toMatchObject({ code: "BAD_INPUT" });
  expect((error as Error).message).toMatch(message);
});
