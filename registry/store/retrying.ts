/**
 * A store that repeats what came back as UNAVAILABLE, the same bytes under the same condition, with full jitter.
 * A write whose answer was lost then comes back as CONFLICT although it was written: whoever writes must be able
 * to recognise its own object (commitId of the log, holder of a lease, digest of an artifact).
 */
import { setTimeout as delay } from "node:timers/promises";
import { isUnavailable, type ObjectStore } from "./object-store.ts";

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
/** No try begins later than this after the first: a server that hangs at each is not waited for six times. */
const PATIENCE_MS = 20_000;

export interface RetryOptions {
  /** In [0, 1). */
  random?: () => number;
  /** Tries in all. */
  attempts?: number;
  firstWaitMs?: number;
  patienceMs?: number;
}

export function retrying(store: ObjectStore, options: RetryOptions = {}): ObjectStore {
  const {
    random = Math.random,
    attempts = 6,
    firstWaitMs = FIRST_WAIT_MS,
    patienceMs = PATIENCE_MS,
  } = options;

  const pause = (failures: number) =>
    delay(random() * Math.min(LONGEST_WAIT_MS, firstWaitMs * 2 ** failures));

  async function retry<T>(call: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        const isPatient = attempt < attempts && performance.now() - startedMs < patienceMs;
        if (!isUnavailable(error) || !isPatient) throw error;
        await pause(attempt);
      }
    }
  }

  return {
    ...store,
    get: ((key: string, condition?: { ifNoneMatch?: string }) =>
      retry(() => store.get(key, condition ?? {}))) as ObjectStore["get"],
    stat: (key) => retry(() => store.stat(key)),
    create: (key, bytes) => retry(() => store.create(key, bytes)),
    replace: (key, bytes, etag) => retry(() => store.replace(key, bytes, etag)),
    delete: (key) => retry(() => store.delete(key)),

    async *list(prefix, { startAfter } = {}) {
      let last = startAfter;
      let givenMs = performance.now();
      for (let failures = 0; ; ) {
        try {
          for await (const key of store.list(prefix, { startAfter: last })) {
            last = key;
            failures = 0;
            yield key;
            givenMs = performance.now();
          }
          return;
        } catch (error) {
          const isPatient = ++failures < attempts && performance.now() - givenMs < patienceMs;
          if (!isUnavailable(error) || !isPatient) throw error;
          await pause(failures);
        }
      }
    },
  };
}
