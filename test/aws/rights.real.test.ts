/**
 * What the deployed functions may do and what they take: signed addresses held to what was signed, bodies within what
 * Lambda lets in, and S3 within the rights of each role, which are all that its functions need.
 */
import { BatchClient, SubmitJobCommand } from "@aws-sdk/client-batch";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { digestOf, encodeJson } from "@radlite/registry/bundle";
import { createAccessKey } from "@radlite/registry/commands";
import type { Role } from "@radlite/registry/log";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { asking, RADIOGRAPH } from "../end-to-end/asking.ts";
import { promoteTiny, registerTiny, tinyVersion } from "../fixtures/tiny-version.ts";
import { BUCKET } from "../registry/s3-server.ts";
import { type Deployed, deploy, PACKING_MS, TRAINING } from "./deployed.ts";
import { ALL, MAY } from "./may.ts";
import type { Credentials } from "./roles.ts";
import { createUpload, type Place, put } from "./trainer.ts";

/** Of a cold classify, at any length of the log. */
const MAX_COLD_REQUESTS = 8;

let stack: Deployed;
const keys: Record<string, string> = {};

beforeAll(async () => {
  stack = await deploy((registry) => promoteTiny(registry, 1), {
    settings: { RADLITE_DATASETS: "chest=/data/chest" },
    parameters: { Training: "on" },
  });
  for (const [name, role] of [
    ["caller", "caller"],
    ["trainer", "trainer"],
    ["another", "approver"],
  ] as [string, Role][]) {
    const actor = { name: "root", role: "approver" } as const;
    keys[name] = (await createAccessKey(stack.registry.store, { name, role, actor })).key;
  }
}, PACKING_MS);
afterAll(() => stack?.stop());

const { ask, classify, graphql } = asking(() => stack.url);

const announce = async (bytes: Uint8Array): Promise<Place> => {
  const body = JSON.stringify({ bytes: bytes.length, sha256: digestOf(bytes) });
  const answer = await ask("/uploads", { method: "POST", credential: keys.caller, body });
  expect(answer.status).toBe(201);
  return answer.body;
};
const classifyUpload = (upload: string, credential = keys.caller) =>
  ask("/classify", {
    method: "POST",
    credential,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ upload }),
  });

test("a cold classify asks S3 eight times at most, and is answered", async () => {
  await registerTiny(stack.registry, 2); // the log goes on after the promotion
  const before = stack.s3.requests.length;

  const { status, body } = await classify(keys.caller);

  expect({ status, degraded: body.degraded }).toEqual({ status: 200, degraded: false });
  const asked = stack.s3.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  expect(asked.length, asked.join("\n")).toBeLessThanOrEqual(MAX_COLD_REQUESTS);
  expect(asked.filter((request) => /^(PUT|DELETE)/.test(request))).toEqual([]);
});

describe("a radiograph by upload", () => {
  test("gets the verdict that it gets in a body, once, whoever sends it anew", async () => {
    const { upload, ...place } = await announce(RADIOGRAPH);
    expect(new URL(place.url).host).toBe(new URL(stack.s3.endpoint).host); // not through a function

    expect(await put(place, RADIOGRAPH)).toBe("200");
    const { status, body } = await classifyUpload(upload);

    expect(status).toBe(200);
    const { verdict, probability, input } = (await classify(keys.caller)).body;
    expect(body).toMatchObject({ verdict, probability, input: { sha256: input.sha256 } });
    expect(await put(place, RADIOGRAPH)).toMatch(/^40[49]|^412|NoSuchKey/); // nothing lies there that it may replace
    expect((await classifyUpload(upload)).status).toBe(404);
  });

  test("of more than the gateway lets in is read", async () => {
    const large = new Uint8Array(11 * 2 ** 20);
    const { upload, ...place } = await announce(large);

    expect(await put(place, large)).toBe("200");
    const { status, body } = await classifyUpload(upload);

    expect({ status, reason: body.error.reason }).toMatchObject({ reason: "NOT_AN_IMAGE" });
  });

  test("of somebody else is refused, and so is somebody else's evidence", async () => {
    const { upload, ...place } = await announce(RADIOGRAPH);
    expect(await put(place, RADIOGRAPH)).toBe("200");
    const evaluation = encodeJson(tinyVersion(1).evaluations[0]!);
    const evidence = await createUpload(graphql, keys.trainer!, { bytes: evaluation, purpose: "EVALUATION" });
    expect(await put(evidence, evaluation)).toBe("200");

    const stolen = await classifyUpload(upload, keys.another);
    const recorded = await graphql(
      "mutation ($input: RecordEvaluationInput!) { recordEvaluation(input: $input) { id } }",
      keys.another,
      { input: { version: "chest-xray@1", upload: evidence.upload } },
    );

    expect({ status: stolen.status, code: stolen.body.error.code }).toEqual({ status: 403, code: "REFUSED" });
    expect(recorded.body.errors[0].extensions.code).toBe("REFUSED");
    expect((await classifyUpload(upload)).status).toBe(200);
  });
});

describe("the function of the queue", () => {
  const message = (id: string, body: unknown) => ({
    messageId: id,
    body: JSON.stringify(body),
    attributes: { SentTimestamp: "1795478400000", ApproximateReceiveCount: "1" },
  });

  test("writes a line about an upload, which is gone then, and gives back what is no message", async () => {
    const { upload, ...place } = await announce(RADIOGRAPH);
    expect(await put(place, RADIOGRAPH)).toBe("200");
    const score = stack.functions.find(({ name }) => name === "score")!;

    const answer = await score.invoke({
      Records: [message("one", { requester: "caller", upload, job: "night" }), message("two", "nonsense")],
    });

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "two" }] });
    const found = await stack.registry.store.get("scores/2026-11-24/night-one.jsonl");
    const line = JSON.parse(new TextDecoder().decode(found!.bytes));
    const { verdict, probability } = (await classify(keys.caller)).body;
    expect(line).toMatchObject({ file: upload, requester: "caller", answer: { verdict, probability } });
    expect((await classifyUpload(upload)).status).toBe(404);
  });
});

describe("a training", () => {
  test("over HTTP and over GraphQL is a job of the queue, in the name of a role that may submit it", async () => {
    const json = { "content-type": "application/json" };
    const body = JSON.stringify({ recipe: "residual-64", dataset: "chest" });
    const overHttp = await ask("/training-runs", {
      method: "POST",
      credential: keys.trainer,
      headers: json,
      body,
    });
    const overGraphql = await graphql(
      "mutation ($input: StartTrainingRunInput!) { startTrainingRun(input: $input) { id } }",
      keys.trainer,
      { input: { recipe: "residual-64", dataset: "chest" } },
    );

    expect({ status: overHttp.status, errors: overGraphql.body.errors }).toEqual({ status: 202 });
    const jobs = await stack.batch.listJobs(TRAINING);
    expect(jobs.map(({ jobName }) => jobName).sort()).toEqual(
      [overHttp.body.runId, overGraphql.body.data.startTrainingRun.id].map((id) => `radlite-${id}`).sort(),
    );
    for (const { container } of jobs) expect(container!.command!.join(" ")).toContain("/data/chest");
  });

  test("is submitted by no other role, and to no other queue", async () => {
    const submit = (id: string, jobQueue: string) => {
      const { accessKeyId, secretAccessKey, sessionToken } = stack.roles.get(id)!.credentials;
      const client = new BatchClient({
        endpoint: stack.batch.endpoint,
        region: "us-east-1",
        credentials: { accessKeyId, secretAccessKey, sessionToken: sessionToken! },
      });
      return client.send(new SubmitJobCommand({ jobName: "x", jobQueue, jobDefinition: TRAINING }));
    };

    await expect(submit("ReaderRole", TRAINING)).rejects.toThrow(/not authorized/);
    await expect(submit("TrainingRole", "another-queue")).rejects.toThrow(/not authorized/);
  });
});

describe("a signed address takes nothing but what was announced", () => {
  const bytes = new Uint8Array(RADIOGRAPH);
  const other = bytes.with(9, bytes[9]! ^ 1);
  const checksum = "x-amz-checksum-sha256";
  const checksumOf = (content: Uint8Array) => Buffer.from(digestOf(content), "hex").toString("base64");
  const changed = ({ url }: Place, change: (address: URL) => void): string => {
    const address = new URL(url);
    change(address);
    return address.href;
  };

  afterEach(() => {
    stack.s3.clock.now = () => new Date();
  });

  test.each<[string, (place: Place) => Promise<string>, string]>([
    ["other bytes", (place) => put(place, other), "400 BadDigest"],
    ["fewer bytes", (place) => put(place, bytes.subarray(1)), "403 SignatureDoesNotMatch"],
    [
      "other bytes with their own checksum",
      ({ url, headers }) => put({ url, headers: { ...headers, [checksum]: checksumOf(other) } }, other),
      "403 SignatureDoesNotMatch",
    ],
    [
      "no checksum",
      ({ url, headers: { [checksum]: _, ...headers } }) => put({ url, headers }, bytes),
      "403 SignatureDoesNotMatch",
    ],
    [
      "no condition",
      ({ url, headers: { "if-none-match": _, "if-match": __, ...headers } }) => put({ url, headers }, bytes),
      "403 SignatureDoesNotMatch",
    ],
    [
      "another key",
      (place) => {
        const url = changed(place, (address) => {
          address.pathname = `/${BUCKET}/registry/log/00000000000000000009.json`;
        });
        return put({ ...place, url }, bytes);
      },
      "403 SignatureDoesNotMatch",
    ],
    [
      "a longer time",
      (place) => {
        const url = changed(place, ({ searchParams }) => searchParams.set("X-Amz-Expires", "86400"));
        return put({ ...place, url }, bytes);
      },
      "403 SignatureDoesNotMatch",
    ],
    [
      "a session of its own",
      (place) => {
        const url = changed(place, ({ searchParams }) => searchParams.set("X-Amz-Security-Token", "x"));
        return put({ ...place, url }, bytes);
      },
      "403 InvalidAccessKeyId",
    ],
    [
      "anything after five minutes",
      (place) => {
        stack.s3.clock.now = () => new Date(Date.now() + 301_000);
        return put(place, bytes);
      },
      "403 AccessDenied",
    ],
    [
      "a second time",
      async (place) => {
        expect(await put(place, bytes)).toBe("200");
        return put(place, bytes);
      },
      "412 PreconditionFailed",
    ],
  ])("%s", async (_what, send, refusal) => {
    expect(await send(await announce(bytes))).toBe(refusal);
  });

  test("and of a hundred at once that bring one artifact, one writes it", async () => {
    const { bytes: artifact, facts } = tinyVersion(77);
    const upload = `createUpload(input: { bytes: ${artifact.length}, sha256: "${facts.sha256}", purpose: ARTIFACT })`;
    const ten = Array.from({ length: 10 }, (_, i) => `a${i}: ${upload} { upload url headers }`).join(" ");
    const places: Place[] = [];
    for (let i = 0; i < 10; i++)
      places.push(...Object.values<Place>((await graphql(`mutation { ${ten} }`, keys.trainer)).body.data));

    const outcomes = await Promise.all(places.map((place) => put(place, artifact)));

    expect(outcomes.sort()).toEqual(["200", ...Array(99).fill("412 PreconditionFailed")]);
    const stored: string[] = [];
    for await (const key of stack.registry.store.list("artifacts/")) stored.push(key);
    expect(stored.filter((key) => key.endsWith(facts.sha256))).toHaveLength(1);
    const found = await stack.registry.store.get(`artifacts/${facts.sha256}`);
    expect(Buffer.from(found!.bytes)).toEqual(Buffer.from(artifact));
  });
});

describe("a body", () => {
  const send = (bytes: number) =>
    ask("/classify", {
      method: "POST",
      credential: keys.caller,
      headers: { "content-type": "image/jpeg" },
      body: new Uint8Array(bytes),
    });

  test("of 4.7 MB reaches the function, and of a byte more is told of uploads", async () => {
    expect((await send(4_700_000)).body.error.reason).toBe("NOT_AN_IMAGE");

    const { status, body } = await send(4_700_001);
    expect({ status, ...body.error }).toMatchObject({
      status: 413,
      reason: "TOO_LARGE",
      message:
        "The body has 4700001 bytes; at most 4700000 are taken. Announce a larger file with POST /uploads instead.",
    });
  });

  test("of more than an event holds, or the gateway takes, is refused before", async () => {
    for (const bytes of [5_000_000, 11_000_000]) {
      const { status, body } = await send(bytes);
      expect({ status, body }).toEqual({ status: 413, body: { message: "Request Entity Too Large" } });
    }
  });
});

describe("of the store each role may", () => {
  const clientOf = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) =>
    new S3Client({
      endpoint: stack.s3.endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey, sessionToken: sessionToken! },
    });
  /** Absent is allowed. */
  const isAllowed = async (asked: Promise<unknown>): Promise<boolean> => {
    const error = await asked.then(
      () => undefined,
      (thrown) => thrown,
    );
    if (error === undefined || error.name === "NoSuchKey") return true;
    if (error.$metadata?.httpStatusCode === 403) return false;
    throw error;
  };

  test("nothing but this: every role of a function is in the table", () => {
    for (const { name, role } of stack.functions) expect(Object.keys(MAY), name).toContain(role.id);
  });

  test.each(Object.entries(MAY))(
    "%s: read, write and remove these, and nothing elsewhere",
    async (id, may) => {
      const client = clientOf(stack.roles.get(id)!.credentials);
      const found: typeof may = { read: [], write: [], remove: [] };
      for (const name of ALL) {
        const at = { Bucket: BUCKET, Key: `registry/${name}/${id}` };
        if (await isAllowed(client.send(new GetObjectCommand(at)))) found.read.push(name);
        if (await isAllowed(client.send(new PutObjectCommand({ ...at, Body: "x" })))) found.write.push(name);
        if (await isAllowed(client.send(new DeleteObjectCommand(at)))) found.remove.push(name);
      }
      expect(found).toEqual(may);
      const elsewhere = { Bucket: BUCKET, Key: "other/x" };
      expect(await isAllowed(client.send(new GetObjectCommand(elsewhere)))).toBe(false);
      expect(await isAllowed(client.send(new PutObjectCommand({ ...elsewhere, Body: "x" })))).toBe(false);
      expect(await isAllowed(client.send(new ListObjectsV2Command({ Bucket: "another-bucket" })))).toBe(
        false,
      );
      client.destroy();
    },
  );
});
