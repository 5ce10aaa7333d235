/**
 * Every command that acts on a registry behind a server, against one that asks for credentials: by the least role that
 * it takes, and refused by the role below. Nothing of it is in a registry here; the server's log names who did it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  createAccessKey,
  readAudit,
  readRobustness,
  readRunLog,
  readRunProgress,
} from "@radlite/registry/commands";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type LocalServer, startLocalServer } from "../end-to-end/local-server.ts";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../training/data/folders.ts";
import { tinyRecipe } from "../training/tiny-recipe.ts";
import { runHere } from "./in-process.ts";
import { RADIOGRAPHS, runRadlite } from "./program.ts";

const ROOT: Actor = { name: "root", role: "approver" };
const RECIPE = tinyRecipe(2);
const SWEEP = "recipe: RECIPE\ngrid:\n  seed: [7]\n";
const GATE = "registry/shipped/gates/chest-xray.rlg";

let server: LocalServer;
let folder: TemporaryFolder;
const keys = {} as Record<Role, string>;

beforeAll(async () => {
  server = await startLocalServer((registry) => promoteTiny(registry, 1), { RADLITE_AUTH: "required" });
  const store = fileStore(server.storeFolder);
  for (const role of ROLES)
    keys[role] = (await createAccessKey(store, { name: role, role, actor: ROOT })).key;
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data/train", patients(24));
  await writeClasses(folder, "data/test", {
    NORMAL: ["IM-0001-0001.jpeg"],
    PNEUMONIA: ["person900_virus_1.jpeg"],
  });
  const recipe = await folder.write("tiny.yaml", RECIPE);
  await folder.write("names.graphql", "{ models { edges { node { name } } } }");
  await folder.write("sweep.yaml", SWEEP.replace("RECIPE", recipe));
  await folder.write("policy.json", JSON.stringify({ rules: [], maxAucDrop: 0.5 }));
  vi.stubEnv("RADLITE_STORE", "file:/dev/null/nothing"); // whatever is known, the server said
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await folder?.remove();
  await server?.stop();
});

async function ask(line: string, role: Role | "nobody") {
  vi.stubEnv("RADLITE_KEY", role === "nobody" ? "" : keys[role]);
  return runHere(toArguments(line));
}

/** What starts processes of the program is one itself. */
async function askOfProcess(line: string, role: Role) {
  const { code, stdout, stderr } = await runRadlite(toArguments(line), { env: { RADLITE_KEY: keys[role] } });
  return { error: code === 0 ? undefined : stderr, stdout };
}

const toArguments = (line: string): string[] => [
  ...line.split(" ").map((word) => word.replace("{", `${folder.path}/`).replace("}", "")),
  ...["--server", server.url],
];

const DATA = "--data {data}";

/** In an order in which each finds what it needs. */
const COMMANDS: [line: string, needed: Role, said: RegExp][] = [
  [`classify ${join(RADIOGRAPHS, "person1_bacteria_1.jpeg")}`, "caller", /chest-xray version 1, at http/],
  ["registry list", "viewer", /^chest-xray@1 .* production$/m],
  ["registry history", "viewer", / @1 +promotion/],
  ["registry lineage chest-xray@1", "viewer", /^chest-xray@1 \* /m],
  ["registry sets", "viewer", /^stress +stress /m],
  ["registry audit --kind AliasMoved", "viewer", / production promoted to chest-xray@1 /],
  ["registry query {names.graphql}", "viewer", /"name": "chest-xray"/],
  ["registry card chest-xray@1", "viewer", /^# `chest-xray@1`/m],
  ["registry check chest-xray@1", "viewer", /^chest-xray@1 may be promoted to production, which names/m],
  ["registry policy", "viewer", /^AUC below production's +validation +<= 0\.01$/m],
  [`train {tiny.yaml} ${DATA} --register --out {one}`, "trainer", /is ready and registered as chest-xray@2/],
  [`sweep {sweep.yaml} ${DATA} --register --out {grid}`, "trainer", /seed/],
  [`evaluate {one} ${DATA} --as ward --register`, "trainer", /accuracy/],
  [`evaluate chest-xray@2 ${DATA} --as clinic --register --population adults`, "trainer", /accuracy/],
  [`evaluate chest-xray@2 ${DATA} --stress --register`, "trainer", /accuracy/],
  [`robustness chest-xray@2 ${DATA} --on validation`, "viewer", /radiographs, PNEUMONIA at/],
  [`robustness chest-xray@2 ${DATA} --register`, "trainer", /radiographs, PNEUMONIA at/],
  ["registry tag chest-xray@2 site=Bonn reviewed=yes", "trainer", /^chest-xray@2: .*site=Bonn/],
  ["registry tag chest-xray@2 --remove reviewed", "trainer", /^chest-xray@2: site=Bonn$/],
  ["registry annotate chest-xray@2 tried", "trainer", /^chest-xray@2 has 1 note now$/],
  ["registry register-recipe {tiny.yaml}", "trainer", /^recipe tiny is registered as [0-9a-f]{64}$/],
  ["registry archive chest-xray@3 --reason tried", "approver", /^chest-xray@3 is archived$/],
  ["registry policy --set {policy.json} --reason tried", "approver", /^set .* by approver: tried$/m],
  [`registry set-gate chest-xray ${GATE}`, "approver", /stands behind the gate/],
  ["registry promote chest-xray@1 --alias staging --reason tried", "approver", /is now in staging/],
];

describe.each(COMMANDS)("radlite %s", (line, needed, said) => {
  const below = ROLES[ROLES.indexOf(needed) - 1] ?? "nobody";
  test(`is refused ${below}, before anything is done`, async () => {
    const before = (await server.registry.refresh()).logNumber;
    const { error } = await ask(line, below);
    expect(error).toBeInstanceOf(RadliteError);
    expect(error).toMatchObject(
      below === "nobody"
        ? { code: "UNAUTHENTICATED" }
        : { code: "REFUSED", message: expect.stringContaining(needed) },
    );
    expect((await server.registry.refresh()).logNumber).toBe(before);
  });

  test(`does it for ${needed}`, async () => {
    const { error, stdout } = await (line.startsWith("sweep") ? askOfProcess : ask)(line, needed);
    expect(error).toBeUndefined();
    expect(stdout).toMatch(said);
  });
});

test("the log has each run with its epochs and its version, the evidence, and who did it", async () => {
  const state = await server.registry.refresh();
  const runs = [...state.runs.values()];
  expect(runs).toMatchObject([
    { executor: "cli", dataset: "data", outcome: "SUCCEEDED", version: "chest-xray@2", startedBy: "trainer" },
    { executor: "cli", dataset: "data", outcome: "SUCCEEDED", version: "chest-xray@3", startedBy: "trainer" },
  ]);
  expect((await readRunProgress(server.registry, runs[0]!)).epochs).toMatchObject([
    { epoch: 1 },
    { epoch: 2 },
  ]);
  const { lines } = await readRunLog(server.registry, runs[0]!);
  expect(lines.filter((line) => line.startsWith("epoch "))).toHaveLength(2);
  expect(lines.at(-1)).toBe("registered as chest-xray@2");
  const version = state.models.get("chest-xray")!.versions.get(1)!;
  expect([...version.evaluations.keys()].sort()).toEqual(["clinic", "stress", "test", "validation", "ward"]);
  expect(await readRobustness(server.registry, version)).toMatchObject({ images: expect.any(String) });
  expect(state.models.get("chest-xray")!.sets.get("clinic")).toMatchObject({ population: "adults" });

  const { edges } = await readAudit(server.registry, { first: 100 });
  const newest = (kind: string) => edges.find(({ node }) => node.kind === kind)?.node.actor.name;
  const trained = ["RunStarted", "RunFinished", "VersionRegistered", "EvidenceRecorded"];
  for (const kind of [...trained, "VersionTagged", "VersionAnnotated", "RecipeRegistered"])
    expect([kind, newest(kind)]).toEqual([kind, "trainer"]);
  for (const kind of ["GateSet", "AliasMoved", "VersionArchived", "PolicySet"])
    expect([kind, newest(kind)]).toEqual([kind, "approver"]);
});

test("a model that is not there is created by who may, and a training of who may not ends before it begins", async () => {
  const other = await folder.write("other.yaml", RECIPE.replace("name: tiny", "name: tiny\nmodel: hand"));
  const train = `train ${other} ${DATA} --register --out {other}`;
  const refused = await ask(train, "trainer");
  expect(refused.error).toMatchObject({ code: "REFUSED", message: expect.stringContaining("approver") });
  const { stdout } = await ask(train, "approver");
  expect(stdout).toContain("registered as hand@1");
  expect((await ask(`registry card hand@1 --out {card.md}`, "viewer")).error).toBeUndefined();
  expect(readFileSync(join(folder.path, "card.md"), "utf8")).toContain("hand@1");
});

test.each([
  "registry seed",
  "registry results",
  "registry fsck",
  "registry gc",
  "keys list",
  "keys revoke abc",
])("radlite %s says that no server does it, and what to do", async (line) => {
  const { error } = await ask(line, "approver");
  expect(error).toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/works on the objects of the store.*RADLITE_STORE/),
  });
});
