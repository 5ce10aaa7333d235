import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guard } from "@radlite/functions/serving";
import { RadliteError } from "@radlite/model/errors";
import { createModel } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import type { Handler } from "../../functions/serving/guard.ts";
import { answerJson } from "../../functions/serving/respond.ts";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { writeDicom } from "../model/input/dicom/writer.ts";
import { identifiedFilm } from "../model/report/samples.ts";
import { context, formBody, httpEvent, type RequestOptions } from "./events.ts";

const ROOT = join(import.meta.dirname, "../..");
const RADIOGRAPH = readFileSync(join(ROOT, "test/fixtures/radiographs/person1_bacteria_1.jpeg"));
const ADA = { name: "ada", role: "caller" } as const;

afterEach(() => void vi.unstubAllEnvs());

/** The line that a handler leaves. */
async function lineOf(
  handle: Parameters<typeof guard<"caller">>[1],
  options: Partial<Parameters<typeof guard>[2]> = {},
) {
  const lines: string[] = [];
  const handler = guard("caller", handle, {
    ...{ identify: async () => ADA, log: () => {} },
    ...options,
    write: (text) => lines.push(text),
  });
  const answer = await handler(httpEvent({ path: "/classify" }), context);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  return { line: JSON.parse(lines[0]!), answer };
}

describe("the line of a request", () => {
  test("says who asked for what, how it ended and how long that took", async () => {
    const { line, answer } = await lineOf(async ({ note }) => {
      note({ verdict: "NORMAL", model: "chest-xray@7", degraded: false });
      return answerJson(200, {});
    });

    expect(line).toEqual({
      ...{ kind: "request", time: expect.any(String), requestId: "request-1" },
      ...{ route: "POST /classify", status: 200, ms: expect.any(Number), coldStart: true },
      ...{ actor: "ada", role: "caller" },
      ...{ verdict: "NORMAL", model: "chest-xray@7", degraded: false },
    });
    expect(answer.headers).toMatchObject({ "x-request-id": "request-1" });
  });

  test("has code and reason of a refusal, not its sentence; whoever is refused is named where known", async () => {
    const refusal = new RadliteError("BAD_INPUT", "secret.jpeg is none", { reason: "NOT_AN_IMAGE" });
    const { line } = await lineOf(() => Promise.reject(refusal));
    expect(line).toMatchObject({ status: 400, code: "BAD_INPUT", reason: "NOT_AN_IMAGE", actor: "ada" });
    expect(JSON.stringify(line)).not.toContain("secret");

    const stranger = await lineOf(async () => answerJson(200, {}), { identify: async () => undefined });
    expect(stranger.line).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    expect(stranger.line).not.toHaveProperty("actor");
  });

  test("is cold for the first request of a process alone", async () => {
    const lines: string[] = [];
    const options = { identify: async () => ADA, write: (text: string) => void lines.push(text) };
    const handler = guard("caller", async () => answerJson(200, {}), options);
    await handler(httpEvent(), context);
    await handler(httpEvent(), context);

    expect(lines.map((line) => JSON.parse(line).coldStart)).toEqual([true, false]);
  });

  test("carries counts for CloudWatch on AWS Lambda, each named in its directive and there as a number", async () => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "radlite-dev-classify");
    const { line } = await lineOf(async ({ note }) => {
      note({ verdict: "NEEDS_REVIEW", model: "chest-xray@7", degraded: true });
      return answerJson(200, {});
    });

    const { Timestamp, CloudWatchMetrics } = line._aws;
    expect(Timestamp).toBe(Date.parse(line.time));
    const [{ Namespace, Dimensions, Metrics }] = CloudWatchMetrics;
    expect({ Namespace, Dimensions }).toEqual({ Namespace: "Radlite", Dimensions: [["FunctionName"]] });
    expect(line.FunctionName).toBe("radlite-dev-classify");
    const counts = Object.fromEntries(Metrics.map(({ Name }: { Name: string }) => [Name, line[Name]]));
    expect(counts).toEqual({ ColdStart: 1, Degraded: 1, Normal: 0, Pneumonia: 0, NeedsReview: 1 });
  });

  test("counts what the gate left unjudged", async () => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "radlite-dev-classify");
    const outside = new RadliteError("BAD_INPUT", "no", { reason: "INVERTED", status: 422 });
    expect((await lineOf(() => Promise.reject(outside))).line).toMatchObject({ Outside: 1 });
    const damaged = new RadliteError("BAD_ARTIFACT", "damaged");
    expect((await lineOf(() => Promise.reject(damaged))).line).not.toHaveProperty("Outside");
  });
});

describe("nothing that was sent is in any line, over every route", () => {
  const PLANTED = "Planted-7f3a";
  const folder = mkdtempSync(join(tmpdir(), "radlite-lines-"));
  const TOKEN = `rl_0123456789ab_${PLANTED}${"x".repeat(43 - PLANTED.length)}`;
  const JWT = `eyJhbGciOiJub25lIn0.${Buffer.from(PLANTED).toString("base64url")}.${PLANTED}`;
  /** As each of them would stand in a line. */
  const SECRETS = [
    PLANTED,
    "Doe",
    "Jane",
    "MRN-17",
    "ACC-1",
    Buffer.from(PLANTED).toString("base64url").slice(0, 14),
  ];
  const film = writeDicom(identifiedFilm());
  const broken = film.slice(0, film.length - 500);

  const written: string[] = [];
  const take = (...said: unknown[]) => {
    written.push(said.map(String).join(" "));
    return true;
  };
  const CONSOLE = ["log", "info", "warn", "error"] as const;
  const spies: { mockRestore(): void }[] = [];

  beforeAll(async () => {
    // before any handler is loaded: some take the console's function as they load
    for (const stream of [process.stdout, process.stderr])
      spies.push(vi.spyOn(stream, "write").mockImplementation(take));
    for (const name of CONSOLE) spies.push(vi.spyOn(console, name).mockImplementation(take));
    const registry = await openRegistry({ store: fileStore(folder) });
    const actor = { name: "test", role: "approver" } as const;
    await createModel(registry, { name: "chest-xray", description: "", actor });
    await promoteTiny(registry, 1);
  });
  afterAll(() => {
    for (const spy of spies) spy.mockRestore();
    rmSync(folder, { recursive: true });
  });

  type Served = { handler: string; events?: { httpApi?: string | { method: string; path: string } }[] };
  const { functions, custom } = parse(readFileSync(join(ROOT, "serverless.yml"), "utf8"));
  const routes = Object.values<Served>({ ...functions, ...custom.local }).flatMap(
    ({ handler, events = [] }) =>
      events.flatMap(({ httpApi }) => {
        if (!httpApi) return [];
        const route = typeof httpApi === "string" ? httpApi : `${httpApi.method} ${httpApi.path}`;
        return [[route, /^dist\/functions\/(.+)\.handler$/.exec(handler)![1]!] as const];
      }),
  );

  const form = (bytes: Uint8Array) =>
    formBody([{ name: "file", fileName: `/home/Jane/${PLANTED}.jpeg`, type: "image/jpeg", bytes }]);
  const json = (value: unknown) => ({
    body: JSON.stringify(value),
    headers: { "content-type": "application/json" },
  });
  const upload = `/tmp/${PLANTED}`;
  const query = `query ${PLANTED.replace("-", "_")}($a: String) { models(name: "${PLANTED}") { a: nothing } }`;
  /** Of every kind that some route takes. */
  const requests: Record<string, RequestOptions> = {
    "a radiograph": { body: RADIOGRAPH, headers: { "content-type": "image/jpeg" } },
    "a film": { body: film, headers: { "content-type": "application/dicom" } },
    "a film for a report": {
      body: film,
      headers: { "content-type": "application/dicom", accept: "application/dicom" },
    },
    "a broken film": { body: broken, headers: { "content-type": "application/dicom" } },
    "a form": { body: form(RADIOGRAPH).body, headers: { "content-type": form(RADIOGRAPH).type } },
    "a form without a file": {
      body: form(new Uint8Array()).body,
      headers: { "content-type": form(RADIOGRAPH).type },
    },
    text: { body: `${PLANTED} /home/Jane`, headers: { "content-type": `text/${PLANTED}` } },
    "no JSON": { body: `{ "${PLANTED}"`, headers: { "content-type": "application/json" } },
    "JSON of an upload": json({ upload }),
    "JSON of an announcement": json({ bytes: 12, sha256: PLANTED }),
    "JSON of a training": json({ recipe: upload, dataset: `${PLANTED}=/home/Jane` }),
    "a query": json({ query, variables: { a: PLANTED }, operationName: PLANTED }),
    "a mutation": json({
      query: "mutation($v: String!) { promote(version: $v, reason: $v) { __typename } }",
      variables: { v: upload },
    }),
    "a query parameter": { query: { explain: upload, [PLANTED]: "1" } },
    "a token": { headers: { authorization: `Bearer ${TOKEN}` } },
    "another token": { headers: { authorization: `Bearer ${JWT}` } },
    "other credentials": { headers: { authorization: `Basic ${PLANTED}` } },
    "a cookie": { headers: { cookie: PLANTED, "user-agent": PLANTED, referer: `https://a/${PLANTED}` } },
  };

  test.each(routes)("%s", async (route, file) => {
    vi.stubEnv("RADLITE_STORE", `file:${folder}`);
    vi.stubEnv("IS_OFFLINE", "true");
    const { handler } = (await import(`../../functions/${file}.ts`)) as { handler: Handler };
    const [method, path] = route.split(" ") as [string, string];
    const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name!);
    const from = written.length;
    for (const [what, request] of Object.entries(requests)) {
      const event = {
        ...httpEvent({ method, path: path.replace(/\{.*?\}/g, upload), ...request }),
        routeKey: route,
        pathParameters: Object.fromEntries(names.map((name) => [name, upload])),
      };
      const before = written.length;
      const { statusCode } = await handler(event, context);

      const lines = written.slice(before).filter((text) => text.includes('"kind":"request"'));
      expect(
        lines.map((text) => JSON.parse(text)),
        what,
      ).toEqual([expect.objectContaining({ route, status: statusCode })]);
    }
    const all = written.slice(from).join("\n");
    for (const secret of SECRETS) expect(all).not.toContain(secret);
  });

  test("knows every handler but those that no request comes to", () => {
    const handlers = readdirSync(join(ROOT, "functions")).filter((name) => name.endsWith(".ts"));
    const routed = new Set(routes.map(([, file]) => `${file}.ts`));
    expect(handlers.filter((name) => !routed.has(name))).toEqual(["score.ts"]);
  });
});

test("what an alarm counts is what a line says", async () => {
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "radlite-dev-classify");
  const { line } = await lineOf(async ({ note }) => {
    note({ degraded: true });
    return answerJson(200, {});
  });
  const alarms = readFileSync(join(ROOT, "deploy/alarms.yml"), "utf8");
  const [, name] = /Namespace: Radlite\n\s+MetricName: (\w+)/.exec(alarms)!;

  expect(line[name!]).toBe(1);
});
