import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore, openStore, probeConditions, readOnly } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { ignoreConditions } from "./doubles.ts";
import { bytesOf, keysOf, outcome, read } from "./writes.ts";

describe("openStore", () => {
  test("opens files by a relative or absolute address, the same folder by either", async () => {
    const folder = await mkdtemp(join(tmpdir(), "radlite-open-"));
    const store = await openStore(`file:${folder}`);
    await store.create("k", bytesOf("one"));
    expect(await read(await openStore(`file://${folder}`), "k")).toBe("one");
    await rm(folder, { recursive: true });
  });

  test("each memory: is a store of its own", async () => {
    const store = await openStore("memory:");
    await store.create("k", bytesOf("one"));
    expect(await (await openStore("memory:")).get("k")).toBeUndefined();
  });

  test.each(["", "file:", ".radlite", "s3://", "s3://UPPER/x", "http://host", "memory", "gs://bucket/x"])(
    "says of %j what an address looks like",
    async (address) => {
      await expect(openStore(address)).rejects.toMatchObject({
        code: "BAD_INPUT",
        message: expect.stringMatching(/expected file:FOLDER, s3:\/\/BUCKET\/PREFIX or memory:/),
      });
    },
  );

  test("opened for reading it refuses every write", async () => {
    const store = await openStore("memory:", { access: "read" });
    expect(store.readOnlyReason).toBe("it was opened for reading");
    expect(await outcome(store.create("k", bytesOf("x")))).toBe("REFUSED");
    expect(await outcome(store.replace("k", bytesOf("x"), "etag"))).toBe("REFUSED");
    expect(await outcome(store.delete("k"))).toBe("REFUSED");
    expect(await store.get("k")).toBeUndefined();
  });

  test("an S3 server that does not answer is UNAVAILABLE, with what to check", async () => {
    const environment = { RADLITE_S3_ENDPOINT: "http://127.0.0.1:9", AWS_REGION: "us-east-1" };
    process.env.AWS_ACCESS_KEY_ID ??= "test";
    process.env.AWS_SECRET_ACCESS_KEY ??= "test";
    await expect(openStore("s3://bucket/prefix", { environment })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(/s3:\/\/bucket\/prefix.*check the endpoint/),
    });
  }, 20_000);
});

describe("probeConditions", () => {
  test("finds a server that ignores If-None-Match", async () => {
    const store = ignoreConditions(memoryStore());
    expect(await probeConditions(store)).toMatch(/let 8 writers create the same object/);
    expect(await keysOf(store, "")).toEqual([]);
  });

  test("finds a server that keeps If-None-Match but ignores If-Match", async () => {
    const honest = memoryStore();
    const store = { ...honest, replace: ignoreConditions(honest).replace };
    expect(await probeConditions(store)).toMatch(/replaced an object that had changed \(If-Match\)/);
  });

  test("finds a server that lets racing writers win and refuses late ones only", async () => {
    const honest = memoryStore();
    const settled = new Set<string>();
    const store = {
      ...honest,
      async create(key: string, bytes: Uint8Array) {
        if (settled.has(key)) return honest.create(key, bytes);
        setTimeout(() => settled.add(key));
        await ignoreConditions(honest)
          .create(key, bytes)
          .catch(() => undefined);
      },
    };
    expect(await probeConditions(store)).toMatch(/let 8 writers create the same object/);
  });

  test("a read-only store names its reason in every refusal", async () => {
    const store = readOnly(memoryStore(), "its server let 8 writers create the same object (If-None-Match)");
    await expect(store.create("log/1", bytesOf("x"))).rejects.toThrow(
      "log/1 was not written: memory: is read-only, because its server let 8 writers create the same object (If-None-Match)",
    );
  });
});
