/**
 * From the setting RADLITE_STORE to a store: `file:.radlite`, `s3://bucket/prefix` or `memory:`.
 *
 * S3 takes region and credentials as the AWS SDK does (AWS_REGION, AWS_ACCESS_KEY_ID, profiles, roles). A server
 * other than AWS is named by RADLITE_S3_ENDPOINT, or by the SDK's own AWS_ENDPOINT_URL_S3; its buckets are then
 * addressed by path (http://host/bucket/key), and the region may be left out.
 */
import { RadliteError } from "@radlite/model/errors";
import { fileStore } from "./file.ts";
import { memoryStore } from "./memory.ts";
import { isUnavailable, type ObjectStore } from "./object-store.ts";
import { probeConditions } from "./probe.ts";
import { OPENED_FOR_READING, readOnly } from "./read-only.ts";
import { retrying } from "./retrying.ts";

const DEFAULT_STORE = "file:.radlite";

/** What RADLITE_STORE says, or where the registry lies when nothing is set. */
export function storeAddress(environment: OpenStoreOptions["environment"] = process.env): string {
  return environment.RADLITE_STORE || DEFAULT_STORE;
}

export interface OpenStoreOptions {
  /** `read`: every write is refused and the server is not probed. */
  access?: "read" | "write";
  environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * @returns the store; one whose server does not keep its word on conditional writes is read-only and says so.
 * @throws BAD_INPUT for an address of another form, UNAVAILABLE when a server does not answer.
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<ObjectStore> {
  const { access = "write", environment = process.env } = options;
  const store = await connect(url, environment);
  if (access === "read") return readOnly(store, OPENED_FOR_READING);
  if (!url.startsWith("s3:")) return store;
  const reason = await probeConditions(store).catch((error) => {
    if (!(error instanceof RadliteError) || isUnavailable(error)) throw error;
    return `it cannot be written: ${error.message}`;
  });
  return reason === undefined ? store : readOnly(store, reason);
}

async function connect(
  url: string,
  environment: NonNullable<OpenStoreOptions["environment"]>,
): Promise<ObjectStore> {
  if (url === "memory:") return memoryStore();
  const folder = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (folder !== undefined) return fileStore(folder);
  const place = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*?))?\/*$/.exec(url);
  if (place) {
    const endpoint = environment.RADLITE_S3_ENDPOINT || environment.AWS_ENDPOINT_URL_S3;
    const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
    const { s3Store } = await import("./s3.ts"); // the SDK takes 100 ms to load: not for users of files
    return retrying(
      s3Store({
        bucket: place[1]!,
        prefix: place[2] ?? "",
        ...(endpoint && { endpoint, region: region || "us-east-1" }),
      }),
    );
  }
  throw new RadliteError(
    "BAD_INPUT",
    `"${url}" is not the address of a store: expected file:FOLDER, s3://BUCKET/PREFIX or memory: (RADLITE_STORE)`,
  );
}
