import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccessKey } from "@radlite/registry/commands";
import { fileStore } from "@radlite/registry/store";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { handler } from "../../functions/dataset-image.ts";
import { findPictures } from "../../functions/serving/dataset-images.ts";
import { addDatasets } from "../../scripts/datasets.mjs";
import { ROOT } from "../imports.ts";
import { context, httpEvent } from "./events.ts";

const FIXTURES = join(ROOT, "test/fixtures");
const RADIOGRAPH = readFileSync(join(FIXTURES, "radiographs/person1_bacteria_1.jpeg"));
const FILM = readFileSync(join(FIXTURES, "dicom/jpeg-8.dcm"));
const SECRET = readFileSync(join(FIXTURES, "images/arithmetic.jpeg"));
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const folder = mkdtempSync(join(tmpdir(), "radlite-dataset-"));
const chest = join(folder, "chest");
beforeAll(() => {
  mkdirSync(join(chest, "train/NORMAL"), { recursive: true });
  writeFileSync(join(chest, "train/NORMAL/a.png"), RADIOGRAPH); // its name is wrong about what it is
  writeFileSync(join(chest, "train/film.dcm"), FILM);
  writeFileSync(join(chest, "notes.txt"), "of somebody");
  writeFileSync(join(folder, "secret.jpeg"), SECRET);
  symlinkSync(join(folder, "secret.jpeg"), join(chest, "train/NORMAL/b.jpeg"));
  return () => rmSync(folder, { recursive: true });
});
beforeEach(() => {
  vi.stubEnv("IS_OFFLINE", "true");
  vi.stubEnv("RADLITE_DATASETS", `chest=${chest},gone=${join(folder, "gone")}`);
});
afterEach(() => void vi.unstubAllEnvs());

async function get(sha256: string, { name = "chest", sourceIp = "127.0.0.1", key = "" } = {}) {
  const headers: Record<string, string> = key === "" ? {} : { authorization: `Bearer ${key}` };
  const event = httpEvent({ method: "GET", path: `/datasets/${name}/images/${sha256}`, sourceIp, headers });
  const {
    statusCode,
    headers: answered,
    body,
  } = await handler({ ...event, pathParameters: { name, sha256 } }, context);
  const error = statusCode === 200 ? undefined : JSON.parse(body!).error;
  return { statusCode, headers: answered, bytes: Buffer.from(body!, "base64"), error };
}

test("a picture comes by its digest, with the type of its content, for this browser to keep", async () => {
  const { statusCode, headers, bytes } = await get(digest(RADIOGRAPH));

  expect({ statusCode, headers }).toMatchObject({
    statusCode: 200,
    headers: {
      "content-type": "image/jpeg",
      "cache-control": "private, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    },
  });
  expect(bytes).toEqual(RADIOGRAPH);
});

test.each([
  ["a digest of no file", digest(Buffer.from("nothing")), "chest", 404, "NOT_FOUND"],
  ["a file that a link in the folder leads to, outside", digest(SECRET), "chest", 404, "NOT_FOUND"],
  ["a file that is no picture", digest(Buffer.from("of somebody")), "chest", 404, "NOT_FOUND"],
  ["a film, which may name its patient", digest(FILM), "chest", 415, "BAD_INPUT"],
  ["a path", "../secret.jpeg", "chest", 400, "BAD_INPUT"],
  ["an encoded path", "..%2Fsecret.jpeg", "chest", 400, "BAD_INPUT"],
  ["a data set that is none", digest(SECRET), "../", 400, "BAD_INPUT"],
  ["a data set by its folder", digest(SECRET), folder, 400, "BAD_INPUT"],
  ["a folder that is not there", digest(SECRET), "gone", 503, "UNAVAILABLE"],
])("%s is refused, and no place on this machine is named", async (_what, sha256, name, status, code) => {
  const { statusCode, error } = await get(sha256, { name });

  expect({ statusCode, code: error.code }).toEqual({ statusCode: status, code });
  expect(JSON.stringify(error)).not.toContain(name === folder ? "secret" : folder);
});

test("a file that changes is found under its new digest, and no more under its old one", async () => {
  const path = join(chest, "train/NORMAL/c.jpeg");
  const other = readFileSync(join(FIXTURES, "radiographs/IM-0115-0001.jpeg"));
  copyFileSync(join(FIXTURES, "images/arithmetic.jpeg"), path);
  expect((await get(digest(SECRET))).statusCode).toBe(200);

  writeFileSync(path, other);

  expect((await get(digest(SECRET))).statusCode).toBe(404);
  expect((await get(digest(other))).bytes).toEqual(other);
});

test("what may be asked for is said beforehand: pictures by their digests, no films, nothing outside", async () => {
  const images = [RADIOGRAPH, FILM, Buffer.from("of somebody"), Buffer.from("nothing")].map(digest);

  expect(await findPictures(images)).toEqual([{ image: digest(RADIOGRAPH), dataset: "chest" }]);
});

test("elsewhere than on this machine it takes a setting, also for a viewer with a key", async () => {
  const store = join(folder, "store");
  vi.stubEnv("RADLITE_STORE", `file:${store}`);
  const actor = { name: "root", role: "approver" } as const;
  const { key } = await createAccessKey(fileStore(store), { name: "ada", role: "viewer", actor });
  const from = { sourceIp: "203.0.113.7", key };

  expect((await get(digest(RADIOGRAPH), { sourceIp: "203.0.113.7" })).statusCode).toBe(401);
  expect((await get(digest(RADIOGRAPH), from)).error).toMatchObject({ code: "REFUSED" });
  vi.stubEnv("RADLITE_SHOW_DATASETS", "on");
  expect((await get(digest(RADIOGRAPH), from)).bytes).toEqual(RADIOGRAPH);
  vi.stubEnv("RADLITE_SHOW_DATASETS", "");
  vi.stubEnv("RADLITE_TRUST_PROXY", "on"); // everybody comes from this machine then
  expect((await get(digest(RADIOGRAPH), { key })).error).toMatchObject({ code: "REFUSED" });
});

test("npm start -- --data NAME=DIR names folders, beside those that are set", () => {
  expect(addDatasets([`b=${chest}`], " a = /data/a ,b=/data/b")).toBe(` a = /data/a ,b=${chest}`);
  expect(addDatasets([])).toBe("");
  expect(() => addDatasets(["chest"])).toThrow('--data is "chest"; NAME=DIR was expected');
  expect(() => addDatasets([`chest=${folder}/gone`])).toThrow("a folder was expected there");
  expect(() => addDatasets([`a b=${chest}`])).toThrow("NAME=DIR was expected");
});
