/**
 * The bytes of a store, read without the store: from the files of its folder, or by plain requests to the S3 server.
 * The one thing taken on trust is the layout that registry/store/file-generations.ts describes.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

export interface Objects {
  /** Every key, in order. */
  list(): Promise<string[]>;
  /** @throws Error when it is not there. */
  read(key: string): Promise<Uint8Array>;
}

const LATER = "~";

/** Keys of the registry have neither capitals nor leading dots, so that a key is its path. */
export function objectsOfFolder(folder: string): Objects {
  return {
    async list() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const paths = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const keys = paths.map((path) => path.slice(folder.length + 1));
      const plain = keys.filter((key) => !key.startsWith(".tmp/") && !key.includes(`${LATER}/`));
      const present = await Promise.all(plain.map(async (key) => (await newest(folder, key)) !== undefined));
      return plain.filter((_, i) => present[i]).sort();
    },
    async read(key) {
      const path = await newest(folder, key);
      if (path === undefined) throw new Error(`${key} was deleted`);
      return readFile(path);
    },
  };
}

/** Where the newest generation of a key has its bytes; undefined when it says that the key was deleted. */
async function newest(folder: string, key: string): Promise<string | undefined> {
  const first = join(folder, key);
  const later = (await readdir(first + LATER).catch(() => [])).map(Number).sort((a, b) => b - a)[0];
  if (later === undefined) return first;
  const names = await readdir(join(first + LATER, String(later)));
  return names.includes("data") ? join(first + LATER, String(later), "data") : undefined;
}

/** @param prefix with its slash at the end. */
export function objectsOfBucket(endpoint: string, bucket: string, prefix: string): Objects {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  return {
    async list() {
      const keys: string[] = [];
      for (let token: string | undefined; ; ) {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
        );
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key!.slice(prefix.length)));
        token = page.NextContinuationToken;
        if (token === undefined) return keys.sort();
      }
    },
    async read(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + key }));
      return Body!.transformToByteArray();
    },
  };
}
