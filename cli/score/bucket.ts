/** What lies under a prefix of a bucket; names are whole addresses, `s3://bucket/key`. */
import { openBucket as open } from "@radlite/registry/store";
import { RADIOGRAPH_BYTES } from "../files.ts";
import type { Source } from "./source.ts";

/** @throws BAD_INPUT for what is no address. */
export async function openBucket(address: string): Promise<Source> {
  const { bucket, prefix, list, read } = await open(address);
  const stem = `s3://${bucket}/`;
  return {
    name: stem + prefix,
    list: async () => {
      const files: string[] = [];
      for await (const { key } of list()) if (isFile(key)) files.push(stem + key);
      return files.sort((a, b) => (a < b ? -1 : 1));
    },
    read: (file) => read(file.slice(stem.length), RADIOGRAPH_BYTES),
  };
}

/** No mark that stands for a folder, and nothing hidden. */
const isFile = (key: string): boolean =>
  !key.endsWith("/") && !key.split("/").some((part) => part.startsWith("."));
