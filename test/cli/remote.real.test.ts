/** The command line against a server that asks for credentials: `--server` and RADLITE_KEY. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccessKey, readArtifact, setGate, uploadArtifact } from "@radlite/registry/commands";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerAt } from "../../cli/remote/registration.ts";
import { openRemote } from "../../cli/remote.ts";
import { type LocalServer, startLocalServer } from "../end-to-end/local-server.ts";
import { promoteTiny, tinyVersion } from "../fixtures/tiny-version.ts";
import { RADIOGRAPHS, runRadlite } from "./program.ts";

const ROOT: Actor = { name: "root", role: "approver" };
const RADIOGRAPH = join(RADIOGRAPHS, "person1_bacteria_1.jpeg");

let server: LocalServer;
const keys = {} as Record<Role, string>;

beforeAll(async () => {
  server = await startLocalServer((registry) => promoteTiny(registry, 1), { RADLITE_AUTH: "required" });
  const store = fileStore(server.storeFolder);
  for (const role of ROLES)
    keys[role] = (await createAccessKey(store, { name: role, role, actor: ROOT })).key;
});
afterAll(() => server?.stop());

/** With no registry of its own: whatever it knows, the server said. */
const radlite = (args: string[], key = "") =>
  runRadlite([...args, "--server", server.url], {
    env: { RADLITE_KEY: key, RADLITE_STORE: "file:/dev/null/nothing" },
  });

test("classify gives the server's verdict", async () => {
  const { code, stdout } = await radlite(["classify", RADIOGRAPH, "--json"], keys.caller);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    server: server.url,
    results: [{ file: RADIOGRAPH, verdict: expect.any(String), model: { name: "chest-xray", version: 1 } }],
  });
});

test("a file that is refused is named with its reason, and a key that does not hold ends it with 3", async () => {
  const wrong = await radlite(["classify", import.meta.filename], keys.caller);
  expect(wrong.code).toBe(3);
  expect(wrong.stderr).toContain("NOT_AN_IMAGE");

  for (const key of ["", "nonsense"]) {
    const { code, stderr } = await radlite(["classify", RADIOGRAPH], key);
    expect(code).toBe(3);
    expect(stderr).toContain("UNAUTHENTICATED");
  }
});

test("versions and history are read by a viewer", async () => {
  const list = await radlite(["registry", "list"], keys.viewer);
  expect(list.code).toBe(0);
  expect(list.stdout).toMatch(/^chest-xray@1 .* production$/m);

  const history = await radlite(["registry", "history"], keys.viewer);
  expect(history.stdout).toMatch(/ @1 +promotion/);

  const gate = readFileSync("registry/shipped/gates/chest-xray.rlg");
  const artifact = await uploadArtifact(fileStore(server.storeFolder), gate);
  const actor = { name: "ada", role: "approver" } as const;
  await setGate(server.registry, { model: "chest-xray", artifact, reason: "for children", actor });
  const gated = await radlite(["registry", "history"], keys.viewer);
  expect(gated.stdout).toMatch(
    new RegExp(`${artifact.slice(0, 8)} +gate +ada +for children\\n.* @1 +promotion`),
  );
  const { gates } = JSON.parse((await radlite(["registry", "history", "--json"], keys.viewer)).stdout);
  expect(gates).toMatchObject([{ artifact, sizeBytes: gate.length, reason: "for children" }]);

  const refused = await radlite(["registry", "list"], keys.caller);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain("takes the role viewer");
});

test("score judges here by the model and gate that are in production there, with a caller's key, as the server would", async () => {
  const remote = openRemote(server.url, keys.caller);
  await expect.poll(async () => (await remote.production()).gate, { timeout: 10_000 }).toBeDefined();
  const folder = mkdtempSync(join(tmpdir(), "radlite-films-"));
  copyFileSync(RADIOGRAPH, join(folder, "film.jpeg"));
  try {
    const asked = ["score", folder, "--out", "-"];
    const [scored, nobody] = [await radlite(asked, keys.caller), await radlite(asked)];
    const { stdout } = await radlite(["classify", RADIOGRAPH, "--json"], keys.caller);

    expect(scored.code).toBe(0);
    const { file: _, requestId: __, timing: ___, ...result } = JSON.parse(stdout).results[0];
    const { file, answer } = JSON.parse(scored.stdout);
    expect(file).toBe("film.jpeg");
    expect(answer.applicability).toMatchObject({ gate: { sha256: expect.any(String) } });
    expect(answer).toEqual({ ...result, timing: expect.any(Object) });
    expect(nobody).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("UNAUTHENTICATED") });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a promotion and a rollback are the approver's, refused and in conflict as on this machine", async () => {
  const promote = (version: string, more: string[], key: string) =>
    radlite(["registry", "promote", version, "--reason", "a test", ...more], key);

  expect((await promote("chest-xray@1", [], keys.trainer)).code).toBe(3);
  const conflict = await promote("chest-xray@1", ["--expected-current", "chest-xray@9"], keys.approver);
  expect({ code: conflict.code, stderr: conflict.stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("CONFLICT"),
  });
  const unknown = await promote("chest-xray@9", [], keys.approver);
  expect(unknown.stderr).toContain("NOT_FOUND");
  const back = await radlite(["registry", "rollback", "--reason", "a test"], keys.approver);
  expect(back.code).toBe(1); // there is no version before the first
});

test("a trainer registers a version, its file by upload and its evidence inline or by upload", async () => {
  const [inline, uploaded] = [tinyVersion(2), tinyVersion(3)];
  const register = (
    { facts, ...rest }: ReturnType<typeof tinyVersion>,
    role: Role,
    maxInlineBytes?: number,
  ) =>
    registerAt(
      openRemote(server.url, keys[role]),
      { ...rest, facts: { formatVersion: 1, ...facts } },
      maxInlineBytes,
    );

  await expect(register(inline, "viewer")).rejects.toMatchObject({ code: "REFUSED" });
  expect(await register(inline, "trainer")).toBe("chest-xray@2");
  expect(await register(inline, "trainer")).toBe("chest-xray@2"); // once
  expect(await register(uploaded, "trainer", 100_000)).toBe("chest-xray@3");

  const state = await server.registry.refresh();
  for (const [version, { bytes, facts }] of [
    [2, inline],
    [3, uploaded],
  ] as const) {
    const found = state.models.get("chest-xray")!.versions.get(version - 1)!;
    expect([...found.evaluations.keys()].sort()).toEqual(["stress", "validation"]);
    expect(found).toMatchObject({ artifact: facts.sha256, createdBy: "trainer" });
    expect(await readArtifact(fileStore(server.storeFolder), facts.sha256)).toEqual(bytes);
  }
});

test("a key goes to no server unencrypted but to one on this machine", async () => {
  const { code, stderr } = await runRadlite(["registry", "list", "--server", "http://192.0.2.7"], {
    env: { RADLITE_KEY: keys.viewer },
  });

  expect(code).toBe(2);
  expect(stderr).toContain("https://");
});
