import { digestOf } from "@radlite/registry/bundle";
import {
  openUpload,
  putUpload,
  readArtifact,
  takeUpload,
  UPLOAD_BYTES,
  UPLOAD_OPEN_MS,
  type UploadPurpose,
} from "@radlite/registry/commands";
import type { Actor } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { expect, test } from "vitest";

const ADA: Actor = { name: "ada", role: "caller" };
const EVE: Actor = { name: "eve", role: "approver" };
const BYTES = new TextEncoder().encode("a radiograph");

const open = (store: ObjectStore, purpose: UploadPurpose = "IMAGE", now = new Date()) =>
  openUpload(store, {
    bytes: BYTES.length,
    sha256: digestOf(BYTES),
    purpose,
    actor: ADA,
    now: () => now,
  });

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list("")) keys.push(key);
  return keys;
}

test("a radiograph is put and taken once, and nothing of it stays", async () => {
  const store = memoryStore();
  const { upload } = await open(store);

  await putUpload(store, { upload, bytes: BYTES, actor: ADA });
  expect(await takeUpload(store, { upload, actor: ADA, purpose: "IMAGE" })).toEqual(BYTES);

  expect(await keysOf(store)).toEqual([]);
  await expect(takeUpload(store, { upload, actor: ADA, purpose: "IMAGE" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("evidence stays, so that what names it may be repeated", async () => {
  const store = memoryStore();
  const { upload } = await open(store, "EVALUATION");
  await putUpload(store, { upload, bytes: BYTES, actor: ADA });

  for (let time = 1; time <= 2; time++)
    expect(await takeUpload(store, { upload, actor: ADA, purpose: "EVALUATION" })).toEqual(BYTES);
});

test("nothing is overwritten", async () => {
  const store = memoryStore();
  const { upload } = await open(store);
  await putUpload(store, { upload, bytes: BYTES, actor: ADA });

  await expect(putUpload(store, { upload, bytes: BYTES, actor: ADA })).rejects.toMatchObject({
    code: "CONFLICT",
    reason: "ALREADY_UPLOADED",
  });
});

test("of a hundred racing uploads of one artifact there is one object, and each is told that it is there", async () => {
  const store = memoryStore();
  const opened = await Promise.all(Array.from({ length: 100 }, () => open(store, "ARTIFACT")));

  await Promise.all(opened.map(({ upload }) => putUpload(store, { upload, bytes: BYTES, actor: ADA })));

  expect(await keysOf(store)).toEqual([`artifacts/${digestOf(BYTES)}`]);
  expect(await readArtifact(store, digestOf(BYTES))).toEqual(BYTES);
  const { upload } = opened[0]!;
  await expect(putUpload(store, { upload, bytes: BYTES, actor: ADA })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("somebody else's is neither put nor taken", async () => {
  const store = memoryStore();
  const { upload } = await open(store);

  await expect(putUpload(store, { upload, bytes: BYTES, actor: EVE })).rejects.toMatchObject({
    code: "REFUSED",
    reason: "NOT_YOURS",
  });
  await putUpload(store, { upload, bytes: BYTES, actor: ADA });
  await expect(takeUpload(store, { upload, actor: EVE, purpose: "IMAGE" })).rejects.toMatchObject({
    code: "REFUSED",
  });
});

test("it is open for five minutes", async () => {
  const store = memoryStore();
  const begun = new Date("2026-11-30T00:00:00Z");
  const { upload, expiresAt } = await open(store, "IMAGE", begun);
  const putAfter = (ms: number) =>
    putUpload(store, { upload, bytes: BYTES, actor: ADA, now: () => new Date(begun.getTime() + ms) });

  expect(expiresAt).toBe("2026-11-30T00:05:00.000Z");
  await expect(putAfter(UPLOAD_OPEN_MS)).rejects.toMatchObject({ code: "REFUSED", reason: "EXPIRED" });
  await putAfter(UPLOAD_OPEN_MS - 1);
});

test.each([
  ["shorter", BYTES.subarray(1), "WRONG_LENGTH", /announced with 12 bytes; 11 came/],
  ["others", new TextEncoder().encode("b radiograph"), "WRONG_DIGEST", /announced with SHA-256/],
] as const)(
  "bytes that are %s than announced are refused, and the true ones may follow",
  async (_what, bytes, reason, why) => {
    const store = memoryStore();
    const { upload } = await open(store);

    await expect(putUpload(store, { upload, bytes, actor: ADA })).rejects.toMatchObject({
      ...{ code: "BAD_INPUT", reason, message: expect.stringMatching(why) },
    });
    await putUpload(store, { upload, bytes: BYTES, actor: ADA });
  },
);

test("an upload for one thing is none for another", async () => {
  const store = memoryStore();
  const { upload } = await open(store, "EVALUATION");
  await putUpload(store, { upload, bytes: BYTES, actor: ADA });

  await expect(takeUpload(store, { upload, actor: ADA, purpose: "IMAGE" })).rejects.toMatchObject({
    code: "NOT_FOUND",
    reason: "NOT_UPLOADED",
  });
});

test.each([
  ["no length", { bytes: 0 }, 400, "WRONG_FIELDS"],
  ["half a byte", { bytes: 0.5 }, 400, "WRONG_FIELDS"],
  ["no digest", { sha256: "x" }, 400, "WRONG_FIELDS"],
  ["too much", { bytes: UPLOAD_BYTES.IMAGE + 1 }, 413, "TOO_LARGE"],
])("%s is refused before anything is stored", async (_what, wrong, status, reason) => {
  const store = memoryStore();
  const input = { bytes: 1, sha256: digestOf(BYTES), purpose: "IMAGE", actor: ADA, ...wrong } as const;

  await expect(openUpload(store, input)).rejects.toMatchObject({ code: "BAD_INPUT", status, reason });
  expect(await keysOf(store)).toEqual([]);
});

test.each(["", "nothing", "../log", "00000000-0000-0000-0000-000000000000"])(
  "there is no upload %j",
  async (upload) => {
    await expect(putUpload(memoryStore(), { upload, bytes: BYTES, actor: ADA })).rejects.toMatchObject({
      code: "NOT_FOUND",
      reason: "UNKNOWN_UPLOAD",
    });
  },
);
