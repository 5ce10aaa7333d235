import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "@radlite/registry/bundle";
import { createModel, openUpload, putUpload } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { handler } from "../../functions/score.ts";
import { promoteTiny } from "../fixtures/tiny-version.ts";

const RADIOGRAPH = new Uint8Array(
  readFileSync(join(import.meta.dirname, "../fixtures/radiographs/person1_bacteria_1.jpeg")),
);
const OWNER = { name: "owner", role: "caller" } as const;
const folder = mkdtempSync(join(tmpdir(), "radlite-score-"));
const store = fileStore(folder);

const logged = vi.spyOn(console, "error").mockReturnValue();
beforeAll(() => void vi.stubEnv("RADLITE_STORE", `file:${folder}`));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** @param bodies of messages, by their ids */
const event = (bodies: Record<string, unknown>): SQSEvent =>
  ({
    Records: Object.entries(bodies).map(([messageId, body]) => ({
      messageId,
      body: JSON.stringify(body),
      attributes: { SentTimestamp: "1795478399999", ApproximateReceiveCount: "1" },
    })),
  }) as unknown as SQSEvent;
const run = (bodies: Record<string, unknown>) => handler(event(bodies), { awsRequestId: "request-1" });

async function upload(): Promise<string> {
  const announced = { bytes: RADIOGRAPH.length, sha256: digestOf(RADIOGRAPH), purpose: "IMAGE" } as const;
  const { upload } = await openUpload(store, { ...announced, actor: OWNER });
  await putUpload(store, { upload, bytes: RADIOGRAPH, actor: OWNER });
  return upload;
}

test("while nothing is in production every message is given back and nothing is taken; then each has its line", async () => {
  const named = await upload();
  const bodies = { "message-1": { requester: "owner", upload: named } };
  expect(await run(bodies)).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });

  const registry = await openRegistry({ store });
  const actor = { name: "test", role: "approver" } as const;
  await createModel(registry, { name: "chest-xray", description: "", actor });
  await promoteTiny(registry, 1);
  expect(await run(bodies)).toEqual({ batchItemFailures: [] });

  const found = await store.get("scores/2026-11-23/single-message-1.jsonl"); // the day on which it was sent
  expect(JSON.parse(new TextDecoder().decode(found!.bytes))).toMatchObject({
    file: named,
    sha256: digestOf(RADIOGRAPH),
    answer: { verdict: expect.any(String), input: { kind: "jpeg" }, notice: expect.any(String) },
    requester: "owner",
  });
});

test.each([
  [{ upload: "u" }],
  [{ requester: "r" }],
  [{ requester: "r", bucket: "b" }],
  [{ requester: "r", upload: "u", key: "k" }],
  [{ requester: "r", upload: "u", bucket: "b", key: "k" }],
  [{ requester: "r", upload: "u", job: "../x" }],
  [{ requester: "r", upload: "u", onReview: "refuse" }],
  [{ requester: "r", upload: "u", model: "another" }],
  ["a word"],
  [null],
])("%j is no message: it is given back, and the others of the batch are done", async (body) => {
  const { batchItemFailures } = await run({
    bad: body,
    good: { requester: "r", bucket: "anywhere", key: "k", job: "beside" },
  });
  expect(batchItemFailures).toEqual([{ itemIdentifier: "bad" }]);
  expect(JSON.parse(logged.mock.lastCall![0])).toEqual({
    ...{ level: "error", requestId: "request-1", messageId: "bad", code: "BAD_INPUT" }, // and nothing of the message
  });
  const found = await store.get("scores/2026-11-23/beside-good.jsonl");
  expect(JSON.parse(new TextDecoder().decode(found!.bytes))).toMatchObject({
    file: "s3://anywhere/k",
    error: { code: "REFUSED", message: expect.stringContaining("takes uploads alone") },
  });
});
