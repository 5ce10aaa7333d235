/** The warm model over a store in memory and a clock that stands still, for its tests. */
import { createHash } from "node:crypto";
import { movePointer, type Pointer } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { vi } from "vitest";
import { loadProduction } from "../../functions/serving/production.ts";
import { keepWarm } from "../../functions/serving/warm-model.ts";
import { meanGreyNetwork, sealed } from "../model/verdict/sample-network.ts";

export const MODEL = "chest-xray";
export const POINTER = `pointers/${MODEL}/production.json`;

export const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** Artifacts that differ by their bias, so that each is known by its digest. */
export const artifact = (bias: number) => sealed(meanGreyNetwork([0.01], [bias]));

export const pointerTo = (digest: string): Pointer => ({
  formatVersion: 1,
  model: MODEL,
  alias: "production",
  number: 1,
  version: `${MODEL}@1`,
  artifact: digest,
  operatingPoint: { temperature: 2, threshold: 0.5, thresholdRule: "half" },
  logNumber: 1,
  asOf: 1,
  ungated: true,
});

/** A store, a clock that stands still, and what a promotion leaves behind. */
export function setUp() {
  const store = memoryStore();
  const time = { nowMs: 1_000_000 };
  const logged: unknown[] = [];
  const reads: string[] = [];
  const watched: ObjectStore = {
    ...store,
    get: (async (key: string, options?: { ifNoneMatch?: string }) => {
      reads.push(key);
      return store.get(key, options ?? {});
    }) as ObjectStore["get"],
  };
  const askLog = vi.fn(async (there?: Pointer) => there);
  const serve = keepWarm({
    store: watched,
    modelName: MODEL,
    load: loadProduction,
    askLog,
    log: (error) => logged.push(error),
    now: () => time.nowMs,
  });

  async function promote(
    number: number,
    bytes: Uint8Array,
    digest = hash(bytes),
    behind: Partial<Pointer> = {},
  ) {
    await store.create(`artifacts/${digest}`, bytes).catch(() => {});
    const { ungated, ...plain } = pointerTo(digest);
    const pointer = {
      ...plain,
      ...(behind.gate ? {} : { ungated }),
      number,
      version: `${MODEL}@${number}`,
      logNumber: number,
      asOf: number,
    };
    await movePointer(store, { ...pointer, ...behind }, number);
  }

  /** As a version's pointer says it once a gate was set by a later commit. */
  async function putGate(asOf: number, bytes: Uint8Array, digest = hash(bytes)): Promise<Partial<Pointer>> {
    await store.create(`artifacts/${digest}`, bytes).catch(() => {});
    const population = "children of one to five years";
    return { gate: { artifact: digest, sizeBytes: bytes.length, population }, population, asOf };
  }
  const version = async () => (await serve()).pointer.number;

  /** As an earlier release writes it, or as one is left that lost its gate. @returns what the log says. */
  async function loseGate(): Promise<Pointer> {
    const { bytes, etag } = (await store.get(POINTER)) as { bytes: Uint8Array; etag: string };
    const whole = JSON.parse(Buffer.from(bytes).toString()) as Pointer;
    const { gate: _, ungated: __, population: ___, ...left } = whole;
    await store.replace(POINTER, Buffer.from(JSON.stringify(left)), etag);
    return whole;
  }
  return { store, time, logged, reads, askLog, serve, promote, putGate, loseGate, version };
}
