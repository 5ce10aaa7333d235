import { createHash } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { loadEngine } from "@radlite/model/engine";
import { open } from "@radlite/model/format";
import { prepareInput } from "@radlite/model/input";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { promoteTiny, tinyVersion } from "../fixtures/tiny-version.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const RADIOGRAPH = readFileSync(join(FIXTURES, "radiographs/person1_bacteria_1.jpeg"));
const PNG = readFileSync(join(FIXTURES, "images/grey-16.png"));
const BIAS = -0.5;

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer((registry) => promoteTiny(registry, BIAS));
});
afterAll(() => server?.stop());

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function formOf(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.set("note", "not the file");
  form.set("file", new Blob([Buffer.from(bytes)]), "x.jpeg");
  return form;
}

describe("a radiograph", () => {
  test("gets the same answer whichever way it comes, of the bytes that were sent", async () => {
    const [raw, octets, form] = await Promise.all([
      server.post("/classify", RADIOGRAPH, "image/jpeg"),
      server.post("/classify", RADIOGRAPH, "application/octet-stream"),
      server.post("/classify", formOf(RADIOGRAPH)),
    ]);

    for (const { status, body } of [raw, octets, form]) {
      expect(status).toBe(200);
      expect(body.input).toMatchObject({ sha256: hash(RADIOGRAPH), kind: "jpeg" });
      expect(body.probability).toBe(raw.body.probability);
      expect(body.verdict).toBe(raw.body.verdict);
    }
  });

  test("gets the probability that its pixels and the model's two weights come to", async () => {
    const network = { height: 8, width: 8, channels: 1 } as const;
    const normalise = { kind: "fixed", order: "rgb", mean: [0], scale: [1] } as const;
    const { tensor } = await prepareInput(RADIOGRAPH, {
      ...network,
      normalise: { ...normalise, mean: [0], scale: [1] },
    });
    const mean = tensor.reduce((sum, value) => sum + value, 0) / tensor.length;
    const probability = 1 / (1 + Math.exp(-(0.01 * mean + BIAS) / 2));

    const { body } = await server.post("/classify", RADIOGRAPH, "image/jpeg");

    expect(body.probability).toBeCloseTo(probability, 5);
    expect(body.verdict).toBe(probability >= 0.5 ? "PNEUMONIA" : "NORMAL");
  });

  test("gets every field of the promised answer, and no other", async () => {
    const { bytes } = tinyVersion(BIAS);
    const engine = (await loadEngine(open(bytes).network)).name;

    const { body } = await server.post("/classify", PNG, "image/png");

    expect(body).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      verdict: expect.stringMatching(/^(NORMAL|PNEUMONIA)$/),
      probability: expect.any(Number),
      review: [],
      applicability: { status: "UNKNOWN" },
      operatingPoint: {
        threshold: 0.5,
        rule: "half",
        on: "VALIDATION",
        sensitivity: { value: 0.99, low: expect.closeTo(0.9643, 3), high: expect.closeTo(0.9973, 3) },
        specificity: { value: 1, low: expect.closeTo(0.963, 3), high: 1 },
      },
      performance: {},
      model: {
        name: "chest-xray",
        version: 1,
        sha256: hash(bytes),
        bytes: bytes.length,
        engine,
      },
      input: { sha256: hash(PNG), kind: "png", width: 32, height: 32 },
      timing: {
        coldStart: false,
        decodeMs: expect.any(Number),
        inferMs: expect.any(Number),
        totalMs: expect.any(Number),
      },
      degraded: false,
      notice: "Research use only. Not a medical device.",
    });
    expect(body.timing.totalMs).toBeGreaterThanOrEqual(body.timing.decodeMs + body.timing.inferMs);
  });

  test("in 24 requests at once gets 24 equal answers", async () => {
    const replies = await Promise.all(
      Array.from({ length: 24 }, () => server.post("/classify", RADIOGRAPH, "image/jpeg")),
    );

    expect(new Set(replies.map(({ body }) => body.probability)).size).toBe(1);
    expect(new Set(replies.map(({ body }) => body.requestId)).size).toBe(24);
  });
});

test.each(["image/jpeg", "image/png", "application/octet-stream"])(
  "%s arrives byte for byte",
  async (type) => {
    // Every byte value behind the image's end, where a decoder does not look and text decoding would corrupt.
    const bytes = Buffer.concat([PNG, Buffer.from(Array.from({ length: 256 }, (_, i) => i))]);

    const { body } = await server.post("/classify", bytes, type);

    expect(body.input.sha256).toBe(hash(bytes));
  },
);

describe("bad input", () => {
  const image = (name: string) => readFileSync(join(FIXTURES, "images", name));
  test.each([
    ["something that is no image", Buffer.from("hello, this is a text"), "image/jpeg", 415, "NOT_AN_IMAGE"],
    ["an empty body", Buffer.alloc(0), "image/jpeg", 400, "EMPTY_BODY"],
    ["11 MB", Buffer.alloc(11e6, 0xff), "image/jpeg", 413, "TOO_LARGE"],
    ["a truncated JPEG", RADIOGRAPH.subarray(0, RADIOGRAPH.length / 2), "image/jpeg", 400, "NOT_AN_IMAGE"],
    ["one pixel", image("pixel-1x1.png"), "image/png", 400, "TOO_SMALL"],
    ["30,000 x 30,000 pixels", image("huge-30000x30000.png"), "image/png", 413, "TOO_LARGE"],
    ["a text", Buffer.from("hello"), "text/plain", 415, "UNSUPPORTED_TYPE"],
  ])("%s is refused with a code, a reason and a sentence", async (_what, bytes, type, status, reason) => {
    const reply = await server.post("/classify", bytes, type);

    expect(reply.status).toBe(status);
    expect(reply.body.error).toEqual({
      code: "BAD_INPUT",
      reason,
      message: expect.stringMatching(/^.{20,}$/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((await server.get("/health")).status).toBe(200);
  });

  test("a query of depth 50 is refused with a code", async () => {
    let query = "id";
    for (let level = 0; level < 49; level++) query = `parent { ${query} }`;

    const { status, body } = await server.graphql(`{ version(id: "chest-xray@1") { ${query} } }`);

    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe("BAD_INPUT");
    expect((await server.get("/health")).status).toBe(200);
  });

  test("bytes without a Content-Type are refused with what is taken", async () => {
    const { status, body } = await server.post("/classify", RADIOGRAPH);

    expect([status, body.error.reason]).toEqual([415, "UNSUPPORTED_TYPE"]);
    expect(body.error.message).toMatch(/^The request has no Content-Type\. Send the file as image\/jpeg/);
  });

  test.each([
    ["/nothing", 404, "NOT_FOUND", "UNKNOWN_PATH"],
    ["/%zz", 400, "BAD_INPUT", "BROKEN_PATH"],
    ["/artifacts/none", 400, "BAD_INPUT", "NOT_A_DIGEST"],
    ["/page/none.js", 404, "NOT_FOUND", "UNKNOWN_FILE"],
  ])("GET %s is a %i with a code and a reason", async (path, status, code, reason) => {
    const reply = await server.get(path);

    const { error } = reply.body;
    expect({ status: reply.status, code: error.code, reason: error.reason }).toEqual({
      status,
      code,
      reason,
    });
  });

  test.each([
    ["GET", "/classify", "POST"],
    ["DELETE", "/graphql", "GET, POST"],
    ["PUT", `/artifacts/${hash(PNG)}`, "GET"],
  ])("%s %s is a 405 that says what is taken there", async (method, path, allowed) => {
    const response = await fetch(server.url + path, { method });
    const { error, errors } = await response.json();
    const refusal = error ?? { ...errors[0].extensions, message: errors[0].message }; // as GraphQL says it

    expect([response.status, response.headers.get("allow")]).toEqual([405, allowed]);
    expect(refusal).toMatchObject({ code: "BAD_INPUT", reason: "WRONG_METHOD" });
    expect(refusal.message).toBe(`There is nothing at ${method} ${path}; it takes ${allowed}.`);
  });

  test("another site's page is refused, whatever it asks for", async () => {
    for (const path of ["/classify", "/training-runs"]) {
      const response = await fetch(server.url + path, {
        method: "POST",
        headers: { origin: "https://example.org", "content-type": "application/octet-stream" },
        body: RADIOGRAPH,
      });
      expect(response.status, path).toBe(403);
      expect((await response.json()).error.code).toBe("REFUSED");
    }
  });

  test.each([
    ["GET", "/"],
    ["GET", "/nothing"],
    ["POST", "/classify"],
    ["OPTIONS", "/classify"],
  ])("and may not read what is answered: %s %s", async (method, path) => {
    const { headers } = await fetch(server.url + path, {
      method,
      headers: { origin: "https://example.org", "access-control-request-method": "POST" },
    });

    expect([...headers.keys()].filter((name) => name.startsWith("access-control-allow-"))).toEqual([]);
  });
});

test("the server listens at the port of its URL alone: what else took events would take them from anybody", () => {
  expect(listeningPorts(server.pid)).toEqual([Number(new URL(server.url).port)]);
});

/** TCP ports at which a process listens, from what Linux says of its open sockets. */
function listeningPorts(pid: number): number[] {
  const folder = `/proc/${pid}/fd`;
  const links = readdirSync(folder).map((name) => readlinkSync(join(folder, name)));
  return ["tcp", "tcp6"]
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, "utf8").trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === "0A" && links.includes(`socket:[${inode}]`))
    .map(([, address]) => Number.parseInt(address!.split(":")[1]!, 16));
}

test("the file of the production version comes under its SHA-256, to be kept for ever", async () => {
  const { bytes } = tinyVersion(BIAS);
  const sha256 = hash(bytes);

  const production = await server.get("/models/production");
  const artifact = await fetch(`${server.url}/artifacts/${sha256}`);

  expect(production.body).toEqual({
    name: "chest-xray",
    version: 1,
    sha256,
    bytes: bytes.length,
    degraded: false,
    performance: {},
  });
  expect(new Uint8Array(await artifact.arrayBuffer())).toEqual(bytes);
  expect(artifact.headers.get("cache-control")).toBe("max-age=31536000, immutable");
  expect((await server.get(`/artifacts/${hash(PNG)}`)).body.error).toMatchObject({ code: "NOT_FOUND" });
});
