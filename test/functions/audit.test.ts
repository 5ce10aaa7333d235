import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "@radlite/registry/bundle";
import { createModel, listPredictions, type Prediction } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { handler as classify } from "../../functions/classify.ts";
import { auditPrediction } from "../../functions/serving/audit.ts";
import { promoteTiny, tinyVersion } from "../fixtures/tiny-version.ts";
import { context, httpEvent } from "./events.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../fixtures", name));
const RADIOGRAPH = fixture("radiographs/person1_bacteria_1.jpeg");
const FILM = fixture("dicom/explicit-8.dcm");
const folder = mkdtempSync(join(tmpdir(), "radlite-audit-"));
const store = fileStore(folder);

beforeAll(async () => {
  vi.stubEnv("RADLITE_STORE", `file:${folder}`);
  vi.stubEnv("IS_OFFLINE", "true");
  const registry = await openRegistry({ store });
  const actor = { name: "test", role: "approver" } as const;
  await createModel(registry, { name: "chest-xray", description: "", actor });
  await promoteTiny(registry, 1);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const post = (body: Uint8Array, requestId: string, headers: Record<string, string> = {}) =>
  classify(httpEvent({ body, headers: { "content-type": "application/octet-stream", ...headers } }), {
    ...context,
    awsRequestId: requestId,
  });

async function list(): Promise<Prediction[]> {
  const found: Prediction[] = [];
  for await (const { predictions } of listPredictions(store)) found.push(...predictions!);
  return found;
}

test("off by default: nothing is kept and the answer does not speak of it", async () => {
  const { statusCode, body } = await post(RADIOGRAPH, "request-off");
  expect(statusCode).toBe(200);
  expect(JSON.parse(body!)).not.toHaveProperty("audited");
  expect(await list()).toEqual([]);
});

test("on: what was judged, by which files, when and for whom, under the request's id; never the picture", async () => {
  vi.stubEnv("RADLITE_AUDIT_PREDICTIONS", "on");
  const before = new Date().toISOString();
  const { body } = await post(RADIOGRAPH, "request-1");
  const answer = JSON.parse(body!);
  expect(answer).toMatchObject({ requestId: "request-1", audited: true });
  const refused = await post(new Uint8Array(100), "request-2");
  expect(refused.statusCode).toBe(415);

  const kept = await list();
  expect(kept).toEqual([
    {
      formatVersion: 1,
      ...{ requestId: "request-1", at: kept[0]!.at, actor: { name: "local", role: "approver" } },
      ...{ input: digestOf(RADIOGRAPH), artifact: tinyVersion(1).facts.sha256 },
      ...{ verdict: answer.verdict, probability: answer.probability },
    },
  ]);
  expect(kept[0]!.at >= before).toBe(true);
});

test("a report in DICOM is kept too, and says so in a header", async () => {
  const { statusCode, headers } = await post(FILM, "request-3", { accept: "application/dicom" });
  expect({ statusCode, audited: headers!["x-radlite-audited"] }).toEqual({ statusCode: 200, audited: true });
  expect((await list()).map(({ requestId }) => requestId)).toEqual(["request-1", "request-3"]);
});

test("a setting that is none is answered to everybody, before anything is read", async () => {
  vi.stubEnv("RADLITE_AUDIT_PREDICTIONS", "perhaps");
  const { statusCode, body } = await post(RADIOGRAPH, "request-4");
  expect(statusCode).toBe(503);
  expect(JSON.parse(body!).error).toMatchObject({ code: "UNAVAILABLE", reason: "SETTINGS" });
  vi.stubEnv("RADLITE_AUDIT_PREDICTIONS", "on");
});

test("where it cannot be kept the answer comes all the same, says so, and the log says why", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const [day] = readdirSync(join(folder, "predictions"));
  rmSync(join(folder, "predictions", day!), { recursive: true });
  rmSync(join(folder, "predictions"), { recursive: true });
  chmodSync(folder, 0o500);
  if (process.getuid!() === 0) {
    // The superuser writes anyway: a file stands where the folder should.
    chmodSync(folder, 0o700);
    await import("node:fs/promises").then(({ writeFile }) => writeFile(join(folder, "predictions"), ""));
  }
  const { statusCode, body } = await post(RADIOGRAPH, "request-5");
  chmodSync(folder, 0o700);
  expect({ statusCode, ...JSON.parse(body!) }).toMatchObject({ statusCode: 200, audited: false });
  expect(logged.mock.calls.map(([line]) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ requestId: "request-5", level: "error" }),
  );
});

test("a store that does not answer is not waited for", async () => {
  const lines: string[] = [];
  const answer = {
    ...{ verdict: "NORMAL" as const, probability: 0.1, applicability: {} },
    ...{ model: { sha256: "a".repeat(64) }, input: { sha256: "b".repeat(64) } },
  };
  const actor = { name: "ada", role: "caller" } as const;
  const options = { requestId: "request-6", actor, patienceMs: 0, log: (line: string) => lines.push(line) };
  expect(await auditPrediction(answer, options)).toEqual({ audited: false });
  expect(lines.join()).toMatch(/request-6.*not kept within 0 ms/);
});
