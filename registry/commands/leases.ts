/**
 * Training slots of a machine: leases/training/<host>-<slot>.json, created to take, replaced to renew. A slot is
 * free when it was released, was not renewed for LEASE_MS or says a time ahead of the clock, so a killed training
 * blocks nobody for long.
 */
import { RadliteError } from "@radlite/model/errors";
import { decodeJson, encodeJson } from "@radlite/registry/bundle";
import { type Registry, randomId } from "@radlite/registry/log";
import { isConflict, type StoredObject } from "@radlite/registry/store";
import { isFresh } from "./times.ts";

export const LEASE_MS = 60_000;
export const LEASE_RENEWAL_MS = 20_000;

export interface Lease {
  host: string;
  slot: number;
  /** To be called every LEASE_RENEWAL_MS. @throws CONFLICT when it ran out and somebody else has the slot. */
  renew(): Promise<void>;
  /** One that somebody else has meanwhile stays theirs. */
  release(): Promise<void>;
}

interface LeaseRecord {
  formatVersion: 1;
  /** Random: whose lease it is, also when the answer to a write was lost. */
  holder: string;
  host: string;
  slot: number;
  runId: string;
  /** ISO time; null once released. */
  renewedAt: string | null;
}

export interface TakeSlotInput {
  /** Name of the machine. */
  host: string;
  /** How many trainings the machine runs at a time. */
  slots: number;
  runId: string;
}

/** @returns a lease on the first free slot, or undefined when all are taken. */
export async function takeTrainingSlot(registry: Registry, input: TakeSlotInput): Promise<Lease | undefined> {
  const { host, slots, runId } = input;
  if (!Number.isInteger(slots) || slots < 1) {
    throw new RadliteError(
      "BAD_INPUT",
      `training slots are ${slots}, expected a whole number from 1 (RADLITE_TRAINING_SLOTS)`,
    );
  }
  const holder = randomId(registry.random);
  for (let slot = 0; slot < slots; slot++) {
    const record: LeaseRecord = { formatVersion: 1, holder, host, slot, runId, renewedAt: now(registry) };
    if (await take(registry, record)) return makeLease(registry, record);
  }
  return undefined;
}

async function take(registry: Registry, record: LeaseRecord): Promise<boolean> {
  const { store, clock } = registry;
  const key = keyOf(record);
  const found = await store.get(key);
  if (found && !isFree(parse(found), clock())) return false;
  return write(registry, key, record, found);
}

function makeLease(registry: Registry, record: LeaseRecord): Lease {
  const key = keyOf(record);
  let isReleased = false;
  let turn: Promise<unknown> = Promise.resolve(); // one write at a time: a renewal must not undo the release
  const update = (renewedAt: string | null): Promise<boolean> => {
    const updated = turn.then(async () => {
      const found = await registry.store.get(key);
      if (!found || parse(found)?.holder !== record.holder) return false;
      return write(registry, key, { ...record, renewedAt }, found);
    });
    turn = updated.catch(() => undefined);
    return updated;
  };
  return {
    host: record.host,
    slot: record.slot,
    async renew() {
      if (isReleased || (await update(now(registry)))) return;
      throw new RadliteError(
        "CONFLICT",
        `training slot ${record.slot} of ${record.host} is no longer held by run ${record.runId}`,
      );
    },
    async release() {
      isReleased = true;
      await update(null);
    },
  };
}

/** @returns whether the record is there afterwards; a lost race is false, a lost answer is looked up. */
async function write(
  { store }: Registry,
  key: string,
  record: LeaseRecord,
  previous: StoredObject | undefined,
): Promise<boolean> {
  try {
    if (previous) await store.replace(key, encodeJson(record), previous.etag);
    else await store.create(key, encodeJson(record));
    return true;
  } catch (error) {
    if (!isConflict(error)) throw error;
    const there = await store.get(key);
    return there !== undefined && parse(there)?.holder === record.holder;
  }
}

function isFree(record: LeaseRecord | undefined, nowMs: number): boolean {
  return !record?.renewedAt || !isFresh(record.renewedAt, nowMs, LEASE_MS);
}

const parse = ({ bytes }: StoredObject): LeaseRecord | undefined =>
  decodeJson(bytes) as LeaseRecord | undefined;

const keyOf = ({ host, slot }: { host: string; slot: number }): string =>
  `leases/training/${host
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, "_")
    .slice(0, 60)}-${slot}.json`;

const now = ({ clock }: Registry): string => new Date(clock()).toISOString();
