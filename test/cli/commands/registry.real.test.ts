import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeGate } from "@radlite/model/verdict/gate";
import { type Evaluation, STRESS_LISTS } from "@radlite/registry/bundle";
import { createModel, registerVersion, uploadArtifact } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { beforeAll, expect, test } from "vitest";
import { drawGate } from "../../model/verdict/gate/gates.ts";
import { meanGreyNetwork, sealed } from "../../model/verdict/sample-network.ts";
import { IMAGES, makeWorkplace, runRadlite } from "../program.ts";

const { folder } = makeWorkplace();
const store = join(folder, "store");
const env = { RADLITE_STORE: `file:${store}` };
const actor = { name: "tester", role: "approver" } as const;
const digest = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");
/** Called PNEUMONIA of the 100 that are, for each of the two versions. */
const FOUND = [99, 50];
const artifacts = FOUND.map((found, i) =>
  sealed(meanGreyNetwork([0.1], [-12 - i]), {
    temperature: 2,
    threshold: 0.5,
    thresholdRule: { kind: "half" },
    validationAuc: 1,
    validation: { truePositives: found, falseNegatives: 100 - found, trueNegatives: 100, falsePositives: 0 },
  }),
);

/** 100 cases of either class; of the PNEUMONIA ones, `found` are called so at one half. */
function evaluationOf(artifact: Uint8Array, found: number): Evaluation {
  const cases = Array.from({ length: 200 }, (_, i) => ({
    sha256: digest(`radiograph ${i}`),
    label: i < 100 ? ("PNEUMONIA" as const) : ("NORMAL" as const),
    probability: i < found ? 0.9 : i < 100 ? 0.4 : 0.1,
  }));
  const hashes = cases.map(({ sha256 }) => sha256).sort();
  return {
    formatVersion: 1,
    artifact: digest(artifact),
    set: "validation",
    images: digest(hashes.join("\n")),
    cases,
    temperature: 2,
    threshold: 0.5,
    thresholdRule: "half",
    engine: "reference",
    latencyMs: 1,
    eceBefore: 0.1,
    eceAfter: 0.1,
  };
}

/** Under every change of `stress`, by which nothing is called otherwise. */
function changed(validation: Evaluation): Evaluation {
  const [changes, names] = [...STRESS_LISTS].at(-1)!;
  const cases = names.flatMap((change) => validation.cases.map((one) => ({ ...one, change })));
  return { ...validation, formatVersion: 2, set: "stress", changes, cases };
}

beforeAll(async () => {
  const registry = await openRegistry({ store: await openStore(env.RADLITE_STORE) });
  await createModel(registry, { name: "chest-xray", description: "for the test", actor });
  for (const [at, artifact] of artifacts.entries()) {
    const validation = evaluationOf(artifact, FOUND[at]!);
    await registerVersion(registry, {
      actor,
      artifact: await uploadArtifact(registry.store, artifact),
      evaluations: at === 0 ? [validation, changed(validation)] : [validation], // the first alone on stress
      facts: {
        model: "chest-xray",
        sha256: digest(artifact),
        seed: 1,
        stages: [],
        backend: "none",
        tags: {},
        recipe: { name: "by-hand", digest: digest("recipe") },
        trainedOn: { images: digest("none"), count: 0 },
      },
    });
  }
});

test("list: a line a version with recipe, stages, bytes, weights and figures on the set that is asked for", async () => {
  const { code, stdout } = await runRadlite(["registry", "list"], { env });
  const onTest = await runRadlite(["registry", "list", "--on", "test"], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^chest-xray@1 +by-hand +float +\d+ +2 +[\d.]+% .* 99\.0% .* 100\.0% .* 1\.0000$/m);
  expect(stdout).toMatch(/^chest-xray@2 +by-hand +float +\d+ +2 +[\d.]+% .* 50\.0% .* 100\.0% .* 1\.0000$/m);
  expect(onTest.stdout).toMatch(/^chest-xray@1 +by-hand +float +\d+ +2$/m); // not evaluated on it
});

test("a version that breaks the policy is refused: exit code 3, the rule, its limit and the figure", async () => {
  const args = ["registry", "promote", "chest-xray@2", "--reason", "try"];
  const plain = await runRadlite(args, { env });
  const machine = await runRadlite([...args, "--json"], { env });
  // Wilson's lower end at 50 of 100: 0.4038
  expect(plain).toMatchObject({ code: 3, stdout: "" });
  expect(plain.stderr).toMatch(
    /REFUSED: chest-xray@2 .*sensitivity on validation, lower end of its 95% interval, is 0\.4038, limit 0\.9/,
  );
  expect(plain.stderr).toMatch(
    /\bJudge it first: radlite evaluate chest-xray@2 --data DIR --stress --register\.$/m,
  );
  expect(machine.code).toBe(3);
  expect(JSON.parse(machine.stdout)).toMatchObject({
    kind: "refused",
    failedRules: [
      { rule: "minimum", set: "validation", figure: "sensitivity" },
      { rule: "evaluation", set: "stress" },
    ],
  });
});

test("promote, history, and classify by what is in production then", async () => {
  const promoted = await runRadlite(["registry", "promote", "chest-xray@1", "--reason", "accurate enough"], {
    env,
  });
  const stale = [
    "registry",
    "promote",
    "chest-xray@1",
    "--reason",
    "again",
    "--expected-current",
    "chest-xray@2",
  ];
  const conflict = await runRadlite(stale, { env });
  const history = await runRadlite(["registry", "history", "--json"], { env });
  const classified = await runRadlite(["classify", join(IMAGES, "grey-8.png"), "--json"], { env });

  expect(promoted).toEqual({ code: 0, stdout: "chest-xray@1 is now in production\n", stderr: "" });
  expect(conflict.code).toBe(1);
  expect(conflict.stderr).toMatch(/CONFLICT: production names chest-xray@1, not chest-xray@2/);
  expect(JSON.parse(history.stdout)).toMatchObject({
    model: "chest-xray",
    history: [{ to: 1, movement: "promotion", reason: "accurate enough", forced: false }],
  });
  expect(JSON.parse(classified.stdout)).toMatchObject({
    model: { name: "chest-xray", version: 1, sha256: digest(artifacts[0]!), bytes: artifacts[0]!.length },
    results: [{ verdict: "PNEUMONIA" }],
  });
});

test("card: on stdout or into a file, the same bytes; a version that is not there is named", async () => {
  const out = join(folder, "README.md");
  const printed = await runRadlite(["registry", "card", "chest-xray@1"], { env });
  const written = await runRadlite(["registry", "card", "chest-xray@1", "--out", out], { env });
  const absent = await runRadlite(["registry", "card", "chest-xray@9"], { env });
  const neither = await runRadlite(["registry", "card"], { env });

  expect(printed).toMatchObject({ code: 0, stderr: "" });
  expect(printed.stdout).toMatch(/^---\nlicense: "unknown"\n[\s\S]*\n---\n\n# `chest-xray@1`: by-hand\n/);
  expect(printed.stdout).toContain("\n| `validation` | TUNING | 200 | 99.5% (97.2 to 99.9) | ");
  expect(written).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(readFileSync(out, "utf8")).toBe(printed.stdout);
  expect(absent).toMatchObject({ code: 1, stdout: "" });
  expect(absent.stderr).toMatch(
    /NOT_FOUND: no version chest-xray@9 is registered at .*"radlite registry list"/,
  );
  expect(neither).toMatchObject({ code: 2, stdout: "" });
  expect(neither.stderr).toMatch(/BAD_INPUT: expected a version, or --best with a folder as --out/);
});

test("card --best: of those on stress the best of each size, each in a file of its own", async () => {
  const out = join(folder, "cards");
  const { code, stdout } = await runRadlite(["registry", "card", "--best", "--out", out], { env });
  const { stdout: card } = await runRadlite(["registry", "card", "chest-xray@1"], { env });

  expect(code).toBe(0);
  expect(stdout).toBe(`${out}/1-kb.md: chest-xray@1, by-hand, ${artifacts[0]!.length} bytes\n`);
  expect(readdirSync(out)).toEqual(["1-kb.md"]);
  expect(readFileSync(join(out, "1-kb.md"), "utf8")).toBe(card);
});

test("classify by a version that is named says which one answered", async () => {
  const args = ["classify", join(IMAGES, "grey-8.png"), "--model", "chest-xray@2"];
  const plain = await runRadlite(args, { env });
  const machine = await runRadlite([...args, "--json"], { env });
  const padded = await runRadlite([...args.slice(0, -1), "chest-xray@02"], { env });

  expect(plain.stdout).toContain(`\nchest-xray version 2, ${artifacts[1]!.length} bytes, sha256 `);
  expect(JSON.parse(machine.stdout).model).toMatchObject({ name: "chest-xray", version: 2 });
  expect(padded).toMatchObject({ code: 1, stdout: "" });
  expect(padded.stderr).toMatch(/^radlite: NOT_FOUND: there is no .*chest-xray@02/);
});

test("a reason that would forge a line of the history is shown on its own", async () => {
  const reason = "ok\n2026-01-01T00:00:00.000Z  -  @9  promotion  root\u001b[2J\u009b1m\u202e";
  await runRadlite(["registry", "promote", "chest-xray@1", "--alias", "staging", "--reason", reason], {
    env,
  });
  const history = ["registry", "history", "--alias", "staging"];
  const { stdout } = await runRadlite(history, { env });
  const machine = await runRadlite([...history, "--json"], { env });

  expect(stdout.trimEnd().split("\n")).toHaveLength(2);
  expect(stdout).toMatch(
    / ok\\n2026-01-01T\S+ {2}- {2}@9 {2}promotion {2}root\\u001b\[2J\\u009b1m\\u202e\n$/,
  );
  expect(machine.stdout).toContain(String.raw`root\u001b[2J\u009b1m\u202e`);
  expect(JSON.parse(machine.stdout).history[0].reason).toBe(reason);
});

test("rollback puts the version before back, says so in the history, and not twice", async () => {
  const rollback = (...options: string[]) =>
    runRadlite(["registry", "rollback", "--reason", "misses too many", ...options], { env });
  await runRadlite(["registry", "promote", "chest-xray@2", "--reason", "in haste", "--force"], { env });

  const conflict = await rollback("--expected-current", "chest-xray@1");
  const back = await rollback();
  const again = await rollback();
  const history = await runRadlite(["registry", "history", "--json"], { env });

  expect(conflict).toMatchObject({ code: 1, stdout: "" });
  expect(conflict.stderr).toMatch(/CONFLICT: production names chest-xray@2, not chest-xray@1/);
  expect(back).toEqual({ code: 0, stdout: "chest-xray@1 is in production again\n", stderr: "" });
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toMatch(/NOT_FOUND: chest-xray\/production has no earlier version/);
  expect(JSON.parse(history.stdout).history[0]).toMatchObject({
    from: 2,
    to: 1,
    movement: "rollback",
    reason: "misses too many",
  });
});

test("gc lists what no event names, leaves what is young, and removes it when an option says how young is young", async () => {
  const left = digest("never registered");
  const opened = await openStore(env.RADLITE_STORE);
  await opened.create(`artifacts/${left}`, Buffer.from("bytes"));

  const young = await runRadlite(["registry", "gc"], { env });
  expect(young.stdout).toBe(
    "nothing to remove\n1 object of 5 bytes left alone, written less than 24 hours ago (--grace 0 takes them too)\n",
  );
  const dry = await runRadlite(["registry", "gc", "--dry-run", "--grace", "0"], { env });
  expect(dry.stdout).toMatch(
    new RegExp(`artifact +5  20.*  artifacts/${left}\n1 object of 5 bytes to be removed: run it`),
  );
  expect(await opened.stat(`artifacts/${left}`)).toBeDefined();
  const { removed } = JSON.parse(
    (await runRadlite(["registry", "gc", "--grace", "0", "--json"], { env })).stdout,
  );
  expect(removed).toMatchObject([{ kind: "DANGLING_ARTIFACT", key: `artifacts/${left}`, sizeBytes: 5 }]);
  expect(await opened.stat(`artifacts/${left}`)).toBeUndefined();
  const wrong = await runRadlite(["registry", "gc", "--grace", "1e3"], { env });
  expect(wrong.stderr).toContain('BAD_INPUT: --grace is "1e3", expected hours such as 24 or 0.5');
});

test("a store that is no folder is said to be none, by commands that read as by those that write", async () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "no folder");
  for (const command of [["list"], ["fsck"], ["seed"], ["gc"], ["rollback", "--reason", "r"]]) {
    const { code, stderr } = await runRadlite(["registry", ...command], {
      env: { RADLITE_STORE: `file:${file}` },
    });
    expect([command[0], code]).toEqual([command[0], 2]);
    expect(stderr).toMatch(
      /BAD_INPUT: file:.*a-file cannot hold a registry: .*a-file is no folder; set RADLITE_STORE to/,
    );
  }
});

test("fsck finds nothing wrong, then the artifact whose byte was changed; classify refuses that one", async () => {
  const healthy = await runRadlite(["registry", "fsck", "--json"], { env });
  const name = readdirSync(store, { recursive: true })
    .map(String)
    .find((path) => path.includes(digest(artifacts[0]!)))!;
  const damaged = readFileSync(join(store, name));
  damaged[10]! ^= 1;
  writeFileSync(join(store, name), damaged);
  const ill = await runRadlite(["registry", "fsck", "--json"], { env });
  const classified = await runRadlite(["classify", join(IMAGES, "grey-8.png")], { env });

  expect(healthy.code).toBe(0);
  expect(JSON.parse(healthy.stdout)).toMatchObject({
    versions: 2,
    artifacts: 2,
    evaluations: 3,
    problems: [],
  });
  expect(ill.code).toBe(1);
  expect(JSON.parse(ill.stdout).problems).toMatchObject([{ key: `artifacts/${digest(artifacts[0]!)}` }]);
  expect(classified).toMatchObject({ code: 1, stdout: "" });
  expect(classified.stderr).toMatch(/BAD_ARTIFACT: artifact .* is damaged/);
});

test("history and list of a model that is not there name those that are", async () => {
  for (const args of [
    ["history", "knee-xray"],
    ["list", "--model", "knee-xray"],
  ]) {
    const { code, stdout, stderr } = await runRadlite(["registry", ...args], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/NOT_FOUND: there is no model knee-xray .*models there: chest-xray/);
  }
});

test("set-gate puts a gate before the model, once, and the history shows it beside what was promoted", async () => {
  const file = join(folder, "gate.rlg");
  const gate = encodeGate(drawGate(1));
  writeFileSync(file, gate);
  const set = (...args: string[]) => runRadlite(["registry", "set-gate", ...args], { env });

  const first = await set("chest-xray", file);
  const again = await set("chest-xray", file, "--reason", "once more");
  const machine = await set("chest-xray", file, "--json");
  const foreign = await set("chest-xray", join(IMAGES, "grey-8.png"));
  const absent = await set("chest-xray", join(folder, "nowhere.rlg"));
  const nobody = await set("knee-xray", file);
  const history = await runRadlite(["registry", "history"], { env });
  const { stdout } = await runRadlite(["registry", "history", "--json"], { env });

  expect(first).toEqual({
    code: 0,
    stdout: `chest-xray stands behind the gate ${digest(gate)}: children of one to five years\n`,
    stderr: "",
  });
  expect(again).toEqual({ code: 0, stdout: "chest-xray stands behind this gate already\n", stderr: "" });
  const told = {
    ...{ artifact: digest(gate), sizeBytes: gate.length, population: "children of one to five years" },
    reason: "set from gate.rlg",
  };
  expect(JSON.parse(machine.stdout)).toMatchObject({ model: "chest-xray", gate: told });
  expect(foreign).toMatchObject({ code: 1, stdout: "" });
  expect(foreign.stderr).toMatch(/BAD_ARTIFACT: .*grey-8\.png: .*gate/);
  expect(absent.stderr).toMatch(/NOT_FOUND: cannot read .*nowhere\.rlg: there is no such file/);
  expect(nobody.stderr).toMatch(/NOT_FOUND: there is no model knee-xray/);
  expect(history.stdout.split("\n")[1]).toMatch(
    new RegExp(`^\\S+ {2}- +${digest(gate).slice(0, 8)} +gate +\\S+ +set from gate\\.rlg$`),
  );
  expect(JSON.parse(stdout).gates).toMatchObject([told]);
  expect(
    readdirSync(join(store, "artifacts")).filter(
      (name) => name === digest(readFileSync(join(IMAGES, "grey-8.png"))),
    ),
  ).toEqual([]);
});

test("the program as it is built asks the registry in GraphQL", async () => {
  const { stdout, stderr } = await runRadlite(["registry", "sets", "--json"], { env });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout).sets).toMatchObject([
    { name: "validation" },
    { name: "test" },
    { name: "stress" },
  ]);
});
