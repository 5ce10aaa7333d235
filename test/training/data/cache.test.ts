import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findCacheFolder, hashParts, readEntry, writeEntry } from "@radlite/training/cache";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openTemporaryFolder, type TemporaryFolder } from "./folders.ts";

describe("the cache", () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await openTemporaryFolder();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await folder.remove();
  });

  const entry = { notes: [[3, "torn"]], payload: Uint8Array.from({ length: 300 }, (_, at) => at % 251) };

  it("gives back what was written, and nothing else lies beside it", async () => {
    await writeEntry(folder.path, "k", entry);

    const read = await readEntry(folder.path, "k");
    expect(read!.notes).toEqual(entry.notes);
    expect([...read!.payload]).toEqual([...entry.payload]);
    expect(await readdir(folder.path)).toEqual(["k.bin"]);
    expect(await readEntry(folder.path, "other")).toBeUndefined();
  });

  it("says where it cannot write, and how to have it elsewhere", async () => {
    const file = await folder.write("file", "");

    for (const [place, problem] of [
      [file, "a file lies where a folder was expected"],
      ["/proc/radlite/cache", "there is no such file or folder"],
    ] as const) {
      await expect(writeEntry(join(place, "pixels"), "k", entry)).rejects.toMatchObject({
        code: "UNAVAILABLE",
        message: expect.stringMatching(
          new RegExp(`kept in ${place}/pixels: ${problem}\\. .* with RADLITE_CACHE\\.$`),
        ),
      });
    }
  });

  it("finds every cut and every flipped bit, and removes the file", async () => {
    await writeEntry(folder.path, "k", entry);
    const path = join(folder.path, "k.bin");
    const sound = await readFile(path);
    const damaged: Buffer[] = [];
    for (let length = 0; length < sound.length; length += 13) damaged.push(sound.subarray(0, length));
    for (let byte = 0; byte < sound.length; byte += 7) {
      const copy = Buffer.from(sound);
      copy[byte]! ^= 1 << (byte % 8);
      damaged.push(copy);
    }

    for (const bytes of damaged) {
      await writeFile(path, bytes);
      expect((await readEntry(folder.path, "k")) === undefined).toBe(true);
      expect(await readdir(folder.path)).toEqual([]);
    }
  });

  it("does not take an entry under another's name", async () => {
    await writeEntry(folder.path, "a", entry);
    await writeFile(join(folder.path, "b.bin"), await readFile(join(folder.path, "a.bin")));

    expect(await readEntry(folder.path, "b")).toBeUndefined();
  });

  it("lets several writers of one key finish, each whole", async () => {
    await Promise.all(Array.from({ length: 8 }, () => writeEntry(folder.path, "k", entry)));

    expect((await readEntry(folder.path, "k"))!.payload.length).toBe(300);
    expect(await readdir(folder.path)).toEqual(["k.bin"]);
  });

  it("lies where RADLITE_CACHE says", () => {
    vi.stubEnv("RADLITE_CACHE", "/elsewhere");

    expect(findCacheFolder("pixels")).toBe("/elsewhere/pixels");
  });

  it("keys equal parts equally", () => {
    expect(hashParts({ a: [1, "x"] })).toBe(hashParts({ a: [1, "x"] }));
    expect(hashParts({ a: [1, "x"] })).not.toBe(hashParts({ a: [1, "y"] }));
  });
});
