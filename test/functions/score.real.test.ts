/**
 * Radiographs in bulk on moto's S3 and SQS: the command line asks, the function takes the messages as Lambda hands
 * them to it, and what it gives back goes where the queue's redrive policy says.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { digestOf } from "@radlite/registry/bundle";
import { createModel, openUpload, putUpload } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { type ObjectStore, openStore } from "@radlite/registry/store";
import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { handler } from "../../functions/score.ts";
import { RADIOGRAPHS, runRadlite } from "../cli/program.ts";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { BUCKET, type S3Server, startS3Server } from "../registry/s3-server.ts";

const FILMS = "films-of-a-hospital";
const RADIOGRAPH = readFileSync(join(RADIOGRAPHS, "person1_bacteria_1.jpeg"));
const TODAY = /^scores\/\d{4}-\d\d-\d\d\//;

let server: S3Server;
let environment: Record<string, string>;
let store: ObjectStore;
let sqs: SQSClient;
const queues = {} as Record<"waiting" | "dead", string>;

beforeAll(async () => {
  server = await startS3Server();
  environment = { ...server.environment, AWS_ENDPOINT_URL_SQS: server.endpoint };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv("RADLITE_STORE", `s3://${BUCKET}/registry`);
  vi.stubEnv("RADLITE_SCORE_FROM", `s3://${FILMS}/chest/`);
  store = await openStore(`s3://${BUCKET}/registry`);
  const registry = await openRegistry({ store });
  const actor = { name: "test", role: "approver" } as const;
  await createModel(registry, { name: "chest-xray", description: "Of a test", actor });
  await promoteTiny(registry, 1);

  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const at = { endpoint: server.endpoint, region: "us-east-1", credentials };
  const s3 = new S3Client({ ...at, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: FILMS }));
  const put = (Key: string, Body: Uint8Array | string) =>
    s3.send(new PutObjectCommand({ Bucket: FILMS, Key, Body }));
  await put("chest/a film, with ümlauts.jpeg", RADIOGRAPH);
  await put("chest/notes.txt", "no radiograph");
  await put("chest/folder/", "");
  await put("elsewhere/secret.jpeg", RADIOGRAPH);
  s3.destroy();
  sqs = new SQSClient(at);
  const create = async (QueueName: string, Attributes: Record<string, string>) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
  queues.dead = await create("dead", {});
  queues.waiting = await create("waiting", {
    VisibilityTimeout: "0",
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:dead",
      maxReceiveCount: 3,
    }),
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  sqs.destroy();
  await server.stop();
});

const receive = async (queue: string): Promise<Message[]> => {
  const request = { QueueUrl: queue, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All" as const] };
  return (await sqs.send(new ReceiveMessageCommand(request))).Messages ?? [];
};

/** What Lambda does with a queue: messages in, and those that are not given back removed. */
async function deliver(): Promise<{ taken: number; failed: number }> {
  const messages = await receive(queues.waiting);
  const Records = messages.map(({ MessageId, Body, ReceiptHandle, Attributes }) => ({
    ...{ messageId: MessageId, body: Body, receiptHandle: ReceiptHandle, attributes: Attributes },
  })) as unknown as SQSEvent["Records"];
  const { batchItemFailures } = await handler({ Records }, { awsRequestId: "request-1" });
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { MessageId, ReceiptHandle } of messages) {
    if (!failed.has(MessageId!))
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queues.waiting, ReceiptHandle }));
  }
  return { taken: messages.length, failed: failed.size };
}

const send = (message: unknown) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: queues.waiting,
      MessageBody: typeof message === "string" ? message : JSON.stringify(message),
    }),
  );

async function readScores(job: string) {
  const lines = [];
  for await (const key of store.list("scores/")) {
    if (!key.includes(`/${job}-`)) continue;
    expect(key).toMatch(TODAY);
    const text = new TextDecoder().decode((await store.get(key))!.bytes);
    expect(text.endsWith("\n")).toBe(true);
    lines.push(JSON.parse(text));
  }
  return lines.sort((a, b) => (a.file < b.file ? -1 : 1));
}

test("radlite score s3://… --queue asks for each object, and each has its line", async () => {
  const place = `s3://${FILMS}/chest/`;
  const asked = await runRadlite(["score", place, "--queue", queues.waiting, "--json"], { env: environment });
  expect(asked.code).toBe(0);
  const { job, files, results } = JSON.parse(asked.stdout);
  expect(files).toBe(2);
  expect(results).toMatch(new RegExp(`${TODAY.source}${job}-$`));

  expect(await deliver()).toEqual({ taken: 2, failed: 0 });

  const requester = execFileSync("id", ["-un"]).toString().trim();
  expect(await readScores(job)).toMatchObject([
    {
      file: `s3://${FILMS}/chest/a film, with ümlauts.jpeg`,
      sha256: digestOf(RADIOGRAPH),
      answer: { verdict: expect.any(String), model: { name: "chest-xray", version: 1 }, degraded: false },
      requester,
    },
    {
      file: `s3://${FILMS}/chest/notes.txt`,
      error: { code: "BAD_INPUT", reason: "NOT_AN_IMAGE" },
      requester,
    },
  ]);
});

test("the same prefix is scored here, to the same answers", async () => {
  const args = ["score", `s3://${FILMS}/chest/`, "--out", "-", "--workers", "1"];
  const env = { ...environment, RADLITE_STORE: `s3://${BUCKET}/registry` };
  const { code, stdout } = await runRadlite(args, { env });
  expect(code).toBe(3);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ file }) => file)).toEqual([
    `s3://${FILMS}/chest/a film, with ümlauts.jpeg`,
    `s3://${FILMS}/chest/notes.txt`,
  ]);
  expect(lines[0].answer).toMatchObject({ model: { name: "chest-xray", version: 1 } });
});

test("an upload is scored for its owner alone, once, and is gone then", async () => {
  const owner = { name: "reading room", role: "caller" } as const;
  const bytes = new Uint8Array(RADIOGRAPH);
  const announced = { bytes: bytes.length, sha256: digestOf(bytes), purpose: "IMAGE", actor: owner } as const;
  const { upload } = await openUpload(store, announced);
  await putUpload(store, { upload, bytes, actor: owner });
  await send({ requester: "another", upload, job: "stolen" });
  expect(await deliver()).toEqual({ taken: 1, failed: 0 });
  expect(await readScores("stolen")).toMatchObject([{ file: upload, error: { code: "REFUSED" } }]);

  await send({ requester: owner.name, upload, job: "own" });
  const [message] = await receive(queues.waiting); // seen, and not taken: it comes a second time
  expect(message).toBeDefined();
  expect(await deliver()).toEqual({ taken: 1, failed: 0 });

  expect(await readScores("own")).toMatchObject([{ sha256: digestOf(bytes), requester: owner.name }]);
  for await (const key of store.list("uploads/")) expect(key).not.toContain(upload);

  const { messageId, ...rest } = {
    messageId: message!.MessageId!,
    body: message!.Body!,
    attributes: { ...message!.Attributes, ApproximateReceiveCount: "3" },
  };
  const again = { Records: [{ messageId, ...rest }] } as unknown as SQSEvent;
  expect(await handler(again, { awsRequestId: "request-2" })).toEqual({ batchItemFailures: [] });
  expect(await readScores("own")).toMatchObject([{ sha256: digestOf(bytes) }]); // the answer stays
});

test("what lies elsewhere is refused; what is no message comes to the dead letters, the others of its batch do not", async () => {
  await send({ requester: "r", bucket: FILMS, key: "elsewhere/secret.jpeg", job: "outside" });
  await send({ requester: "r", bucket: FILMS, key: "chest/absent.jpeg", job: "outside" });
  await send("no JSON");
  await send({ requester: "r", bucket: FILMS });

  expect(await deliver()).toEqual({ taken: 4, failed: 2 });
  expect(await deliver()).toEqual({ taken: 2, failed: 2 });
  expect(await deliver()).toEqual({ taken: 2, failed: 2 });
  expect(await deliver()).toEqual({ taken: 0, failed: 0 });

  expect(await readScores("outside")).toMatchObject([
    { error: { code: "NOT_FOUND" } },
    { error: { code: "REFUSED", message: expect.stringContaining("does not lie under") } },
  ]);
  expect((await receive(queues.dead)).map(({ Body }) => Body).sort()).toEqual([
    "no JSON",
    JSON.stringify({ requester: "r", bucket: FILMS }),
  ]);
});
