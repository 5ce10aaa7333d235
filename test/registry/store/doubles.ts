/** Stores that wrap a real one and break one thing. */
import { RadliteError } from "@radlite/model/errors";
import type { ObjectStore } from "@radlite/registry/store";

type Operation = "get" | "create" | "replace" | "delete";

const unavailable = (what: string): RadliteError => new RadliteError("UNAVAILABLE", what);

/** Runs `before` and `after` around each call of the operations; what they throw reaches the caller. */
function around(
  store: ObjectStore,
  operations: readonly Operation[],
  hooks: {
    before?: (operation: Operation, key: string) => void;
    after?: (operation: Operation, key: string) => void;
  },
): ObjectStore {
  const wrap =
    <A extends [string, ...unknown[]], R>(operation: Operation, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const isHooked = operations.includes(operation);
      if (isHooked) hooks.before?.(operation, args[0]);
      const result = await call(...args);
      if (isHooked) hooks.after?.(operation, args[0]);
      return result;
    };
  return {
    ...store,
    get: wrap("get", store.get as (key: string) => Promise<never>) as ObjectStore["get"],
    create: wrap("create", store.create),
    replace: wrap("replace", store.replace),
    delete: wrap("delete", store.delete),
  };
}

/** The n-th call (from 1) of all the operations together fails before it reaches the store. */
export function failNth(store: ObjectStore, n: number, operations: readonly Operation[]): ObjectStore {
  let calls = 0;
  return around(store, operations, {
    before(operation, key) {
      if (++calls === n) throw unavailable(`${operation} ${key}: call ${n} fails`);
    },
  });
}

/** The n-th write (from 1) of all is done and its answer lost. */
export function loseNth(store: ObjectStore, n: number): ObjectStore {
  let writes = 0;
  return around(store, ["create", "replace", "delete"], {
    after(operation, key) {
      if (++writes === n) throw unavailable(`${operation} ${key}: the answer to write ${n} was lost`);
    },
  });
}

/** Writes, then throws as if the answer were lost, for those keys; at most `times` times. */
export function loseAnswers(
  store: ObjectStore,
  { keys = /./, times = Number.POSITIVE_INFINITY }: { keys?: RegExp; times?: number } = {},
): ObjectStore {
  let left = times;
  return around(store, ["create", "replace"], {
    after(operation, key) {
      if (keys.test(key) && left-- > 0) throw unavailable(`${operation} ${key}: the answer was lost`);
    },
  });
}

/** Answers "try again" without writing, every other time, as S3 does with 409 ConditionalRequestConflict. */
export function answerRetry(store: ObjectStore): ObjectStore {
  let calls = 0;
  return around(store, ["create", "replace"], {
    before(operation, key) {
      if (calls++ % 2 === 0) throw unavailable(`${operation} ${key}: ConditionalRequestConflict`);
    },
  });
}

/** Every write to those keys fails for good, as if the process were killed there. */
export function dieAt(store: ObjectStore, keys: RegExp): ObjectStore {
  return around(store, ["create", "replace"], {
    before(operation, key) {
      if (keys.test(key)) throw unavailable(`${operation} ${key}: killed`);
    },
  });
}

/** How often each operation was called. */
export function countCalls(store: ObjectStore): {
  store: ObjectStore;
  calls: Record<Operation | "list", number>;
} {
  const calls = { get: 0, create: 0, replace: 0, delete: 0, list: 0 };
  const counted = around(store, ["get", "create", "replace", "delete"], {
    before(operation) {
      calls[operation]++;
    },
  });
  const list: ObjectStore["list"] = (...args) => {
    calls.list++;
    return store.list(...args);
  };
  return { store: { ...counted, list }, calls };
}

/** A store that ignores conditions, as some emulators do. */
export function ignoreConditions(store: ObjectStore): ObjectStore {
  const put = async (key: string, bytes: Uint8Array): Promise<void> => {
    for (let written = false; !written; ) {
      await store.delete(key);
      written = await store.create(key, bytes).then(
        () => true,
        () => false,
      );
    }
  };
  return { ...store, name: "emulator", create: put, replace: put };
}
