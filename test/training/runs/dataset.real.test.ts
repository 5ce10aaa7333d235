import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ObjectStore, openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { provideDataset } from "../../../training/runs/dataset.ts";
import { BUCKET, type S3Server, startS3Server } from "../../registry/s3-server.ts";
import { openTemporaryFolder, type TemporaryFolder } from "../data/folders.ts";

const PLACE = `s3://${BUCKET}/datasets/chest`;
const bytes = (text: string) => new TextEncoder().encode(text);

let server: S3Server;
let bucket: ObjectStore;
let cache: TemporaryFolder;
const before = { ...process.env };
beforeAll(async () => {
  [server, cache] = await Promise.all([startS3Server(), openTemporaryFolder()]);
  Object.assign(process.env, server.environment, { RADLITE_CACHE: cache.path });
  bucket = await openStore(PLACE);
  await bucket.create("train/NORMAL/IM-0001-0001.jpeg", bytes("one"));
  await bucket.create("train/PNEUMONIA/person1_virus_1.jpeg", bytes("two"));
});
afterAll(async () => {
  process.env = before;
  await server.stop();
  await cache.remove();
});

const provide = (place = PLACE) => provideDataset(place, { environment: server.environment });
const listFiles = async (folder: string) =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".jpeg")).sort();

test("a folder stays where it is", async () => {
  expect(await provide("/data/chest")).toBe("/data/chest");
});

test("what lies on S3 becomes a folder of the same files", async () => {
  const folder = await provide();

  expect(folder.startsWith(join(cache.path, "datasets"))).toBe(true);
  expect(await listFiles(folder)).toEqual([
    "train/NORMAL/IM-0001-0001.jpeg",
    "train/PNEUMONIA/person1_virus_1.jpeg",
  ]);
  expect(await readFile(join(folder, "train/NORMAL/IM-0001-0001.jpeg"), "utf8")).toBe("one");
});

test("again it reads what changed, and removes what is gone; what is whole it leaves alone", async () => {
  const folder = await provide();
  const kept = join(folder, "train/NORMAL/IM-0001-0001.jpeg");
  await writeFile(kept, "as it was left"); // unchanged in the bucket: not read again
  await bucket.create("test/NORMAL/IM-0002-0001.jpeg", bytes("three"));
  await bucket.delete("train/PNEUMONIA/person1_virus_1.jpeg");

  expect(await provide()).toBe(folder);

  expect(await listFiles(folder)).toEqual([
    "test/NORMAL/IM-0002-0001.jpeg",
    "train/NORMAL/IM-0001-0001.jpeg",
  ]);
  expect(await readFile(kept, "utf8")).toBe("as it was left");
  const { etag } = (await bucket.get("train/NORMAL/IM-0001-0001.jpeg"))!;
  await bucket.replace("train/NORMAL/IM-0001-0001.jpeg", bytes("changed"), etag);
  await provide();
  expect(await readFile(kept, "utf8")).toBe("changed");
});

test("a prefix without files is said to have none", async () => {
  await expect(provide(`s3://${BUCKET}/datasets/other`)).rejects.toThrow(
    `The data set s3://${BUCKET}/datasets/other has no files.`,
  );
});
