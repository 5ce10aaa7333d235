/**
 * Objects of a bucket that are somebody else's: under whatever names, listed and read, never written. Radiographs lie
 * there that are to be scored; the registry's own objects have stricter names, and stores of their own (open.ts).
 */
import { RadliteError } from "@radlite/model/errors";
import { isUnavailable } from "./object-store.ts";
import { readServer } from "./open.ts";

export interface BucketObject {
  key: string;
  sizeBytes: number;
}

export interface Bucket {
  bucket: string;
  /** Of all keys that are meant; empty for the whole bucket. */
  prefix: string;
  /** In the order of their keys. @throws NOT_FOUND for a bucket; REFUSED; UNAVAILABLE. */
  list(): AsyncIterable<BucketObject>;
  /**
   * @throws NOT_FOUND for a key; BAD_INPUT with reason TOO_LARGE (413) before anything of it is read; REFUSED;
   *   UNAVAILABLE.
   */
  read(key: string, maxBytes: number): Promise<Uint8Array>;
}

const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*))?$/s;
/** Beside those that the SDK makes itself. */
const TRIES = 3;

/**
 * @param address `s3://bucket` or `s3://bucket/prefix`, where the prefix may end within a name
 * @throws BAD_INPUT for another address.
 */
export async function openBucket(
  address: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Bucket> {
  const [, bucket, prefix = ""] = ADDRESS.exec(address) ?? [];
  if (bucket === undefined)
    throw new RadliteError("BAD_INPUT", `"${address}" is no address: expected s3://BUCKET/PREFIX`);
  const { GetObjectCommand, ListObjectsV2Command } = await import("@aws-sdk/client-s3");
  const { connect, explain, isNoBucket, statusOf } = await import("./s3.ts"); // the SDK takes 100 ms to load
  const client = connect(readServer(environment) ?? {});

  async function readOnce(key: string, maxBytes: number): Promise<Uint8Array> {
    const name = `s3://${bucket}/${key}`;
    try {
      const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const sizeBytes = found.ContentLength ?? 0;
      if (sizeBytes <= maxBytes) return await found.Body!.transformToByteArray();
      (found.Body as { destroy?(): void }).destroy?.();
      throw new RadliteError(
        "BAD_INPUT",
        `${name} has ${sizeBytes} bytes; at most ${maxBytes} (${maxBytes / 2 ** 20} MiB) are read`,
        { reason: "TOO_LARGE", status: 413 },
      );
    } catch (error) {
      if (error instanceof RadliteError) throw error;
      if (statusOf(error) === 404 && !isNoBucket(error))
        throw new RadliteError("NOT_FOUND", `there is no object ${name}`, { cause: error });
      throw explain(error, name);
    }
  }

  return {
    bucket,
    prefix,
    async *list() {
      let token: string | undefined;
      do {
        const request = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ContinuationToken: token,
        });
        const page = await client.send(request).catch((error) => {
          throw explain(error, `s3://${bucket}/${prefix}*`);
        });
        for (const { Key, Size } of page.Contents ?? []) yield { key: Key!, sizeBytes: Size ?? 0 };
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    async read(key, maxBytes) {
      for (let tries = 1; ; tries++) {
        try {
          return await readOnce(key, maxBytes);
        } catch (error) {
          if (!isUnavailable(error) || tries >= TRIES) throw error;
        }
      }
    },
  };
}
