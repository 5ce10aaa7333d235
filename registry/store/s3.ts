/**
 * Objects in a bucket of S3 or a server that speaks its protocol; the only file that names the AWS SDK.
 * `create` is a PutObject with If-None-Match: *, `replace` one with If-Match. 412 means the condition failed;
 * 409 ConditionalRequestConflict, 429, 5xx, silence and a broken connection mean that the same call may be repeated
 * (UNAVAILABLE, see retrying.ts). The SDK itself repeats some of these, so a create may meet its own object.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { RadliteError } from "@radlite/model/errors";
import { checkKey } from "./object-key.ts";
import type { ObjectStore } from "./object-store.ts";

const CONNECT_TIMEOUT_MS = 3_000;
/** Without a byte in either direction; a large object may take longer as a whole. */
const SILENCE_MS = 10_000;

export interface S3StoreOptions {
  bucket: string;
  /** Before every key, without slashes at the ends; empty for the whole bucket. */
  prefix?: string;
  /** Of a server other than AWS, with http:// or https://; buckets are then addressed by path. */
  endpoint?: string;
  /** AWS_REGION and the like when left out. */
  region?: string;
  /** How long a server may say nothing before its answer is given up. */
  silenceMs?: number;
}

export function s3Store(options: S3StoreOptions): ObjectStore {
  const { bucket, prefix = "", endpoint, region, silenceMs = SILENCE_MS } = options;
  const client = connect({ endpoint, region, silenceMs });
  const stem = prefix === "" ? "" : `${prefix}/`;
  const name = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
  const at = (key: string) => ({ Bucket: bucket, Key: stem + key });

  async function put(
    key: string,
    bytes: Uint8Array,
    condition: { IfNoneMatch: string } | { IfMatch: string },
  ): Promise<void> {
    checkKey(key);
    try {
      await client.send(new PutObjectCommand({ ...at(key), Body: bytes, ...condition }));
    } catch (error) {
      const status = statusOf(error);
      if (status === 412 || (status === 404 && "IfMatch" in condition && !isNoBucket(error))) {
        throw new RadliteError("CONFLICT", `${name}/${key} is not as expected (HTTP ${status})`, {
          cause: error,
        });
      }
      throw explain(error, `${name}/${key}`);
    }
  }

  return {
    name,

    get: (async (key: string, { ifNoneMatch }: { ifNoneMatch?: string } = {}) => {
      checkKey(key);
      try {
        const found = await client.send(
          new GetObjectCommand({
            ...at(key),
            ...(ifNoneMatch !== undefined && { IfNoneMatch: ifNoneMatch }),
          }),
        );
        return { bytes: await found.Body!.transformToByteArray(), etag: found.ETag! };
      } catch (error) {
        if (statusOf(error) === 304) return "unchanged";
        if (statusOf(error) === 404 && !isNoBucket(error)) return undefined;
        throw explain(error, `${name}/${key}`);
      }
    }) as ObjectStore["get"],

    async stat(key) {
      checkKey(key);
      try {
        const found = await client.send(new HeadObjectCommand(at(key)));
        return { sizeBytes: found.ContentLength!, writtenMs: found.LastModified!.getTime() };
      } catch (error) {
        // the answer to HEAD has no body to tell a missing bucket by
        if (statusOf(error) === 404) return undefined;
        throw explain(error, `${name}/${key}`);
      }
    },

    create: (key, bytes) => put(key, bytes, { IfNoneMatch: "*" }),

    replace: (key, bytes, etag) => put(key, bytes, { IfMatch: etag }),

    async delete(key) {
      checkKey(key);
      try {
        await client.send(new DeleteObjectCommand(at(key)));
      } catch (error) {
        throw explain(error, `${name}/${key}`);
      }
    },

    async presignPut(key, { sizeBytes, sha256, expiresInS, replaces }) {
      checkKey(key);
      const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner"); // what only reads never loads it
      const checksum = Buffer.from(sha256, "hex").toString("base64");
      const command = new PutObjectCommand({
        ...at(key),
        ContentLength: sizeBytes,
        ChecksumSHA256: checksum,
        ...(replaces === undefined ? { IfNoneMatch: "*" } : { IfMatch: replaces }),
      });
      const condition: Record<string, string> =
        replaces === undefined ? { "if-none-match": "*" } : { "if-match": replaces };
      const url = await getSignedUrl(client, command, {
        expiresIn: expiresInS,
        unhoistableHeaders: new Set(["x-amz-checksum-sha256"]), // in the query S3 would hold nothing to it
        signableHeaders: new Set([
          ...["host", "content-length", "x-amz-checksum-sha256"],
          ...Object.keys(condition),
        ]),
      });
      // The length is signed too; whoever sends a body says it.
      return { url, headers: { "x-amz-checksum-sha256": checksum, ...condition } };
    },

    async *list(listPrefix, { startAfter } = {}) {
      let token: string | undefined;
      do {
        const request = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: stem + listPrefix,
          ContinuationToken: token,
          ...(startAfter !== undefined && token === undefined && { StartAfter: stem + startAfter }),
        });
        const page = await client.send(request).catch((error) => {
          throw explain(error, `${name}/${listPrefix}*`);
        });
        for (const { Key } of page.Contents ?? []) yield Key!.slice(stem.length);
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
  };
}

/** Options as `S3StoreOptions` has them. */
export function connect({
  endpoint,
  region,
  silenceMs = SILENCE_MS,
}: Pick<S3StoreOptions, "silenceMs"> & {
  endpoint?: string | undefined;
  region?: string | undefined;
}): S3Client {
  return new S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // not `requestTimeout`, which by itself only warns, and would end a large upload
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: silenceMs },
  });
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

export const isNoBucket = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.name === "NoSuchBucket";

export function explain(error: unknown, what: string): RadliteError {
  const status = statusOf(error);
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (isNoBucket(error)) {
    return new RadliteError(
      "NOT_FOUND",
      `${what}: the bucket does not exist; create it or set RADLITE_STORE`,
      {
        cause: error,
      },
    );
  }
  if (status === 501) {
    return new RadliteError("REFUSED", `${what}: its server cannot do that (${reason})`, { cause: error });
  }
  if (status === 401 || status === 403) {
    return new RadliteError("REFUSED", `${what}: the server does not allow it (${reason})`, { cause: error });
  }
  const hint = status === undefined ? "check the endpoint, the network and the credentials" : "try again";
  return new RadliteError("UNAVAILABLE", `${what}: ${reason}; ${hint}`, { cause: error });
}
