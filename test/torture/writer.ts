/**
 * writer.mjs JOB: some writers over one registry, in a process that may be killed at any moment. JOB is JSON. Prints a
 * line for each answer, `WRITER ANSWERED`, and ends with 0 once every writer has had all of its own.
 */
import { setTimeout as delay } from "node:timers/promises";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { isUnavailable, openStore } from "@radlite/registry/store";
import { createNumbers, type Numbers } from "../model/networks.ts";
import { write } from "./writing.ts";

export interface Job {
  address: string;
  journals: string;
  /** Writer and its quota. */
  quotas: readonly (readonly [writer: number, quota: number])[];
  seed: number;
  /** Another one each time that the process is started again. */
  start: number;
}

const HOUR_MS = 3_600_000;
/** A snapshot more often than otherwise: they are written, read at each start and deleted. */
const SNAPSHOT_EVERY = 32;
const MOST_TRIES = 50;

const job = JSON.parse(process.argv[2]!) as Job;
const registry = await open(job);
await Promise.all(
  job.quotas.map(([writer, quota]) =>
    write({
      registry,
      journals: job.journals,
      writer,
      quota,
      seed: job.seed,
      onAnswer: (answered) => process.stdout.write(`${writer} ${answered}\n`),
    }),
  ),
);

async function open({ address, seed, start }: Job): Promise<Registry> {
  const clock = startClock(createNumbers(seed + 1_000 * start));
  for (let tries = 1; ; tries++) {
    try {
      return await openRegistry({ store: await openStore(address), clock, snapshotEvery: SNAPSHOT_EVERY });
    } catch (error) {
      if (!isUnavailable(error) || tries >= MOST_TRIES) throw error;
      await delay(100);
    }
  }
}

/** A wrong clock: up to an hour off, and set anew, often back, every some forty times that it is read. */
function startClock(numbers: Numbers): () => number {
  let offsetMs = numbers.whole(-HOUR_MS, HOUR_MS);
  return () => {
    if (numbers.whole(1, 40) === 1) offsetMs = numbers.whole(-HOUR_MS, HOUR_MS);
    return Date.now() + offsetMs;
  };
}
