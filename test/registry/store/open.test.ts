import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore, openStore, probeConditions, readOnly, retrying } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { failNth, ignoreConditions, loseAnswers } from "./doubles.ts";
import { bytesOf, keysOf, outcome, read } from "./writes.ts";

describe("openStore", () => {
  test("opens files by a relative or absolute address, the same folder by either", async () => {
    const folder = await mkdtemp(join(tmpdir(), "radlite-open-"));
    const store = await openStore(`file:${folder}`);
    await store.create("k", bytesOf("one"));
    expect(await read(await openStore(`file://${folder}`), "k")).toBe("one");
    await rm(folder, { recursive: true });
  });

  test.each([
    ["a file", (folder: string) => join(folder, "file"), /\/file is no folder/],
    ["a place below a file", (folder: string) => join(folder, "file", "a", "b"), /\/file is no folder/],
    ["a device", () => "/dev/null", /\/dev\/null is no folder/],
    [
      "a link to itself",
      (folder: string) => join(folder, "loop"),
      /loop is a symbolic link that leads back to itself/,
    ],
    ["a place below such a link", (folder: string) => join(folder, "loop", "a"), /leads back to itself/],
    [
      "a link to nothing",
      (folder: string) => join(folder, "dangling"),
      /symbolic link to nowhere, which is not there/,
    ],
    ["a name of 300 letters", (folder: string) => join(folder, "x".repeat(300)), /too long/],
  ] as const)("%s is BAD_INPUT, to read as to write, and says what to set", async (_, pathOf, problem) => {
    const folder = await mkdtemp(join(tmpdir(), "radlite-open-"));
    await writeFile(join(folder, "file"), "no folder");
    await symlink("loop", join(folder, "loop"));
    await symlink("nowhere", join(folder, "dangling"));
    for (const access of ["read", "write"] as const) {
      const opening = openStore(`file:${pathOf(folder)}`, { access });
      await expect(opening).rejects.toMatchObject({
        code: "BAD_INPUT",
        message: expect.stringMatching(problem),
      });
      await expect(opening).rejects.toThrow(/set RADLITE_STORE to file:FOLDER/);
    }
    await rm(folder, { recursive: true });
  });

  test("a folder that is not there yet is an empty store, made by its first write; a link to one is that folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "radlite-open-"));
    const store = await openStore(`file:${folder}/a/b`);
    expect(await keysOf(store, "")).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    await store.create("k", bytesOf("one"));
    await symlink("a/b", join(folder, "link"));
    expect(await read(await openStore(`file:${folder}/link`), "k")).toBe("one");
    await rm(folder, { recursive: true });
  });

  test("where no folder can be made, the first write says so", async () => {
    const store = await openStore("file:/proc/radlite");
    await expect(store.create("k", bytesOf("x"))).rejects.toThrow(
      /no folder can be made there|cannot be written/,
    );
    await expect(store.create("k", bytesOf("x"))).rejects.toThrow(/set RADLITE_STORE to file:FOLDER/);
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

  test("takes its own bytes for success, whichever of its writes has its answer lost", async () => {
    for (const [keys, times] of [
      [/probe/, 1],
      [/probe/, 2],
      [/probe/, 9],
      [/probe/, 10],
      [/probe/, 11],
    ] as const) {
      const store = memoryStore();
      const lossy = retrying(loseAnswers(store, { keys, times }), { firstWaitMs: 1 });
      expect(await probeConditions(lossy)).toBeUndefined();
      expect(await keysOf(store, "")).toEqual([]);
    }
    const replaceOnly = memoryStore();
    const { replace } = retrying(loseAnswers(replaceOnly, { times: 1 }), { firstWaitMs: 1 });
    expect(await probeConditions({ ...replaceOnly, replace })).toBeUndefined();
  });

  test("a call that fails for good is UNAVAILABLE, never a verdict; so is a replace that did not happen", async () => {
    for (let n = 1; n <= 13; n++) {
      const result = await outcome(probeConditions(failNth(memoryStore(), n, ["create", "get", "replace"])));
      // 8 racers, a late one, a look, two replaces: what fails after them was not asked
      expect([n, result]).toEqual([n, n <= 12 ? "UNAVAILABLE" : "done"]);
    }
    const store = memoryStore();
    const stubborn = {
      ...store,
      replace: (key: string, bytes: Uint8Array) => store.replace(key, bytes, "stale"),
    };
    await expect(probeConditions(stubborn)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("did not replace an object that nobody had changed (If-Match)"),
    });
  });

  test("a read-only store names its reason in every refusal", async () => {
    const store = readOnly(memoryStore(), "its server let 8 writers create the same object (If-None-Match)");
    await expect(store.create("log/1", bytesOf("x"))).rejects.toThrow(
      "log/1 was not written: memory: is read-only, because its server let 8 writers create the same object (If-None-Match)",
    );
  });
});
