/** Many that bring one artifact at once, each by an upload of its own: all are told that it is there, and it is once. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "@radlite/registry/bundle";
import { openStore } from "@radlite/registry/store";
import { root } from "../../scripts/steps.mjs";
import type { LoadedServer } from "./server.ts";

/** Any file will do: what is uploaded is looked into when a version is registered. */
const FILE = "test/fixtures/radiographs/person1_bacteria_1.jpeg";
const CREATE = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) { url } }`;

export interface Race {
  /** Answered with 201. */
  taken: number;
  /** More than before, all of them the bytes that were sent. */
  objects: number;
}

export async function raceUploads(server: LoadedServer, uploads: number): Promise<Race> {
  const bytes = await readFile(join(root, FILE));
  const input = { bytes: bytes.length, sha256: digestOf(bytes), purpose: "ARTIFACT" };
  const token = await server.tokenOf("approver"); // as whom graphql asks: an upload is its caller's
  const store = await openStore(server.store, { access: "read" });
  const listObjects = async () => {
    const keys: string[] = [];
    for await (const key of store.list("")) if (/^artifacts\/|\/bytes$/.test(key)) keys.push(key);
    return keys;
  };
  const before = await listObjects();
  const urls: string[] = [];
  for (let i = 0; i < uploads; i++)
    urls.push((await server.graphql<{ createUpload: { url: string } }>(CREATE, { input })).createUpload.url);

  const answers = await Promise.all(
    urls.map((url) =>
      fetch(url, {
        method: "PUT",
        headers: { authorization: `Bearer ${token}` },
        body: new Uint8Array(bytes),
      }),
    ),
  );

  const added = (await listObjects()).filter((key) => !before.includes(key));
  for (const key of added) {
    const found = await store.get(key);
    if (digestOf(found!.bytes) !== input.sha256) throw new Error(`${key} is not what was sent`);
  }
  return { taken: answers.filter(({ status }) => status === 201).length, objects: added.length };
}
