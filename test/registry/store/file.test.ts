import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileStore } from "@radlite/registry/store";
import { afterAll, expect, test } from "vitest";
import { describeStore } from "./conformance.ts";
import { bytesOf, increment, keysOf, outcome, read } from "./writes.ts";

const folders: string[] = [];

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "radlite-store-"));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describeStore("the file store", async () => fileStore(await makeFolder()), { manyKeys: 200, histories: 25 });

test("what was never replaced is a plain file under its key", async () => {
  const folder = await makeFolder();
  await fileStore(folder).create("artifacts/abc", bytesOf("bytes"));
  expect(await readFile(join(folder, "artifacts", "abc"), "utf8")).toBe("bytes");
});

test("two stores over one folder see each other's writes at once", async () => {
  const folder = await makeFolder();
  const [a, b] = [fileStore(folder), fileStore(folder)];
  await a.create("k", bytesOf("one"));
  const { etag } = (await b.get("k"))!;
  await b.replace("k", bytesOf("two"), etag);
  expect(await read(a, "k")).toBe("two");
  expect(await outcome(a.replace("k", bytesOf("three"), etag))).toBe("CONFLICT");
  await a.delete("k");
  expect(await b.get("k")).toBeUndefined();
});

test("a key replaced a hundred times keeps a handful of generations", async () => {
  const folder = await makeFolder();
  const store = fileStore(folder);
  for (let i = 0; i < 100; i++) await increment(store, "runs/r/heartbeat.json");
  expect(await read(store, "runs/r/heartbeat.json")).toBe("100");
  const generations = await readdir(join(folder, "runs", "r", "heartbeat.json~"));
  expect(generations.length).toBeLessThanOrEqual(6);
  expect(await readdir(join(folder, ".tmp"))).toEqual([]);
  expect(await keysOf(store, "runs/")).toEqual(["runs/r/heartbeat.json"]);
});

test("a store copied by a tool that keeps no empty folders is written on", async () => {
  for (const replaced of [1, 2, 7]) {
    const folder = await makeFolder();
    for (let i = 0; i <= replaced; i++) await increment(fileStore(folder), "pointer");
    for (const generation of await readdir(join(folder, "pointer~")))
      await rm(join(folder, "pointer~", generation, "room"), { recursive: true, force: true });
    await rm(join(folder, ".tmp"), { recursive: true });
    const stores = [fileStore(folder), fileStore(folder)];
    await Promise.all(stores.flatMap((store) => [increment(store, "pointer"), increment(store, "pointer")]));
    expect(await read(fileStore(folder), "pointer")).toBe(String(replaced + 1 + 4));
  }
});

test("a deleted key frees its bytes", async () => {
  const folder = await makeFolder();
  const store = fileStore(folder);
  await store.create("artifacts/big", new Uint8Array(100_000));
  await store.delete("artifacts/big");
  expect((await readFile(join(folder, "artifacts", "big"))).length).toBe(0);
  expect(await keysOf(store, "artifacts/")).toEqual([]);
});

test("keys that differ in case only stay apart, and none escapes its folder", async () => {
  const folder = await makeFolder();
  const store = fileStore(join(folder, "store"));
  await store.create("a/Key", bytesOf("upper"));
  await store.create("a/key", bytesOf("lower"));
  await store.create(".tmp/x", bytesOf("not the scratch folder"));
  const names = await readdir(join(folder, "store", "a"));
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(2);
  expect(await keysOf(store, "")).toEqual([".tmp/x", "a/Key", "a/key"]);
  expect(await outcome(store.create("../outside", bytesOf("x")))).toBe("BAD_INPUT");
  expect(existsSync(join(folder, "outside"))).toBe(false);
});

test("a key cannot be a folder of another key", async () => {
  const store = fileStore(await makeFolder());
  await store.create("a/b", bytesOf("x"));
  expect(await outcome(store.create("a", bytesOf("x")))).toBe("BAD_INPUT");
  expect(await outcome(store.create("a/b/c", bytesOf("x")))).toBe("BAD_INPUT");
  expect(await store.get("a/b/c")).toBeUndefined();
});

test("what a killed writer left behind is neither read nor in the way, and is swept an hour later", async () => {
  const folder = await makeFolder();
  await fileStore(folder).create("k", bytesOf("one"));
  await fileStore(folder).replace("k", bytesOf("two"), (await fileStore(folder).get("k"))!.etag);
  await mkdir(join(folder, "k~", "2", "room", "draft-killed"));
  await writeFile(join(folder, "k~", "2", "room", "draft-killed", "data"), "torn");
  await writeFile(join(folder, ".tmp", "draft-killed"), "torn");
  await writeFile(join(folder, ".tmp", "draft-recent"), "under way");
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  await utimes(join(folder, ".tmp", "draft-killed"), longAgo, longAgo);

  const store = fileStore(folder);
  expect(await read(store, "k")).toBe("two");
  for (let i = 0; i < 12; i++) await store.replace("k", bytesOf(`more ${i}`), (await store.get("k"))!.etag);
  expect(await read(store, "k")).toBe("more 11");
  expect(await keysOf(store, "")).toEqual(["k"]);
  expect(await readdir(join(folder, ".tmp"))).toEqual(["draft-recent"]);
});

test("a first write that fails half-way leaves no draft: on a full disk it would keep the room", async () => {
  const folder = await makeFolder();
  const store = fileStore(folder);
  await expect(store.create("k", 5 as unknown as Uint8Array)).rejects.toThrow(); // the file is open by then

  expect(await readdir(join(folder, ".tmp"))).toEqual([]);
  expect(await store.get("k")).toBeUndefined();
});

test("a folder that the file system does not allow to write is REFUSED", async () => {
  const store = fileStore("/sys/radlite");
  await expect(store.create("k", bytesOf("x"))).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("k in /sys/radlite: the file system does not allow it"),
  });
});

test("what would never come to an end is not read, and holds up nobody", async () => {
  const folder = await makeFolder();
  const store = fileStore(folder);
  await store.create("artifacts/whole", bytesOf("bytes"));
  await promisify(execFile)("mkfifo", [join(folder, "artifacts/pipe")]);
  const socket = createServer().listen(join(folder, "artifacts/socket"));
  await once(socket, "listening");

  for (const key of ["artifacts/pipe", "artifacts/socket"]) {
    const reads = Array.from({ length: 8 }, () => store.get(key).catch((error: unknown) => error)); // more than threads
    for (const error of await Promise.all(reads)) {
      expect(error).toMatchObject({ code: "UNAVAILABLE", reason: "TIMEOUT", status: 504 });
    }
  }
  expect(await read(store, "artifacts/whole")).toBe("bytes");
  socket.close();
});
