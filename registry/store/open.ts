/**
 * From the setting RADLITE_STORE to a store: `file:.radlite`, `s3://bucket/prefix` or `memory:`.
 *
 * S3 takes region and credentials as the AWS SDK does (AWS_REGION, AWS_ACCESS_KEY_ID, profiles, roles). A server
 * other than AWS is named by RADLITE_S3_ENDPOINT, or by the SDK's own AWS_ENDPOINT_URL_S3; its buckets are then
 * addressed by path (http://host/bucket/key), and the region may be left out.
 */
import { RadliteError } from "@radlite/model/errors";
import { checkFolder } from "./check-folder.ts";
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
  /**
   * `read`: every write is refused and the server is not probed. `take`: the same, but what was read may be removed,
   * for which no condition is needed. `add`: the same, and objects may be created, unprobed: for keys under which
   * whoever comes second would write what does as well.
   */
  access?: "read" | "take" | "add" | "write";
  environment?: Readonly<Record<string, string | undefined>>;
}

/** Of a probe that found nothing out; a server that is being restarted takes seconds. */
const PROBES = 3;

/**
 * @returns the store; one that this user may not write, or whose server does not keep its word on conditional writes,
 * is read-only and says so.
 * @throws BAD_INPUT for an address of another form or what is no folder; NOT_FOUND for a bucket; UNAVAILABLE when a
 * server does not answer, or not clearly enough to be trusted: opening may be tried again.
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<ObjectStore> {
  const { access = "write", environment = process.env } = options;
  const { store, findReason } = await connect(url, environment);
  if (access !== "write") {
    const reading = readOnly(store, OPENED_FOR_READING);
    return {
      ...reading,
      ...(access !== "read" && { delete: store.delete.bind(store) }),
      ...(access === "add" && { create: store.create.bind(store) }),
    };
  }
  const reason = await findReason();
  return reason === undefined ? store : readOnly(store, reason);
}

interface Connection {
  store: ObjectStore;
  /** Why it cannot be written; undefined when it can. */
  findReason(): Promise<string | undefined>;
}

async function connect(
  url: string,
  environment: NonNullable<OpenStoreOptions["environment"]>,
): Promise<Connection> {
  if (url === "memory:") return { store: memoryStore(), findReason: async () => undefined };
  const folder = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (folder !== undefined) {
    const reason = await checkFolder(folder);
    return { store: fileStore(folder), findReason: async () => reason };
  }
  const place = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*?))?\/*$/.exec(url);
  if (place) {
    const { s3Store } = await import("./s3.ts"); // the SDK takes 100 ms to load: not for users of files
    const store = retrying(
      s3Store({
        bucket: place[1]!,
        prefix: place[2] ?? "",
        ...readServer(environment),
      }),
    );
    return { store, findReason: () => probe(store) };
  }
  throw new RadliteError(
    "BAD_INPUT",
    `"${url}" is not the address of a store: expected file:FOLDER, s3://BUCKET/PREFIX or memory: (RADLITE_STORE)`,
  );
}

/** Of another server than AWS; nothing where the SDK finds all by itself. */
export function readServer(
  environment: NonNullable<OpenStoreOptions["environment"]>,
): { endpoint: string; region: string } | undefined {
  const endpoint = environment.RADLITE_S3_ENDPOINT || environment.AWS_ENDPOINT_URL_S3;
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  return endpoint ? { endpoint, region: region || "us-east-1" } : undefined;
}

async function probe(store: ObjectStore): Promise<string | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      return await probeConditions(store);
    } catch (error) {
      if (error instanceof RadliteError && error.code === "REFUSED")
        return `it cannot be written: ${error.message}`;
      if (!isUnavailable(error) || tries >= PROBES) throw error;
    }
  }
}
