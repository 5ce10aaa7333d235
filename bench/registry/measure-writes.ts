/** What one commit costs with all these versions there, and how many registrations a second a far store takes. */
import { setTimeout as delay } from "node:timers/promises";
import { registerVersion, uploadArtifact } from "@radlite/registry/commands";
import { openRegistry, type Registry } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { type TinyVersion, tinyArtifact, tinyValidation } from "../../test/fixtures/tiny-version.ts";
import { median } from "../serving/measure.ts";
import type { Line } from "./command.ts";
import { ACTOR, addNext, copyToMemory, MODEL, type World } from "./history.ts";
import { timeProcessor } from "./processor-time.ts";

const COMMITS = 1_500;
const WARM = 20;
const CALLERS = 20;
/** Registrations that a caller has under way at a time, as a sweep that hands in its results. */
const AT_ONCE = 16;
const REGISTRATIONS = 1_600;
const LATENCY_MS = 60;
const GOALS = { medianMs: 2, lateMs: 50, perSecond: 500 };

/** One after the other, in memory, in processor time; every 64th starts a snapshot, which the ones after it share the process with. */
export async function measureCommits(world: World): Promise<Line[]> {
  const registry = await copyToMemory(world);
  const samples: number[] = [];
  for (let n = 0; n < WARM + COMMITS; n++) {
    const spent = await timeProcessor(() => addNext(registry));
    if (n >= WARM) samples.push(spent);
  }
  await registry.snapshotsWritten;
  const sorted = samples.sort((a, b) => a - b);
  const [middle, late, worst] = [
    median(sorted),
    sorted[Math.ceil(sorted.length * 0.999) - 1]!,
    sorted.at(-1)!,
  ];
  return [
    {
      what: "one commit, median",
      figure: `${middle.toFixed(2)} ms`,
      goal: `<= ${GOALS.medianMs} ms`,
      isMet: middle <= GOALS.medianMs,
    },
    {
      what: "one commit, 99.9th percentile",
      figure: `${late.toFixed(1)} ms (worst ${worst.toFixed(1)} ms)`,
      goal: `<= ${GOALS.lateMs} ms`,
      isMet: late <= GOALS.lateMs,
    },
  ];
}

/** Each artifact is read back, held to its digest and opened; the cases of an evaluation are checked and judged. */
export async function measureRegistrations(world: World): Promise<Line[]> {
  const near = (await copyToMemory(world)).store;
  const registry = await openRegistry({ store: slowDown(near, LATENCY_MS) });
  const bare = Array.from({ length: REGISTRATIONS }, (_, i) => ({ ...tinyArtifact(i + 1), evaluations: [] }));
  const judged = Array.from({ length: REGISTRATIONS }, (_, i) => {
    const version = tinyArtifact(REGISTRATIONS + i + 1);
    return { ...version, evaluations: [tinyValidation(version.facts.sha256)] };
  });
  const cases = judged[0]!.evaluations[0]!.cases.length;
  return [
    await timeRegistrations(registry, near, bare, "registrations"),
    await timeRegistrations(registry, near, judged, `registrations with ${cases} cases`),
  ];
}

async function timeRegistrations(
  registry: Registry,
  near: ObjectStore,
  made: readonly TinyVersion[],
  what: string,
): Promise<Line> {
  const before = registry.state.models.get(MODEL)!.versions.length;
  for (const { bytes } of made) await uploadArtifact(near, bytes);
  const queue = made.values();
  const started = performance.now();
  const spentMs = await timeProcessor(() =>
    Promise.all(Array.from({ length: CALLERS * AT_ONCE }, () => registerFrom(queue, registry))),
  );
  const perSecond = made.length / ((performance.now() - started) / 1_000);
  if (registry.state.models.get(MODEL)!.versions.length !== before + made.length)
    throw new Error("not every version was registered");
  return {
    what: `${what}, ${CALLERS} callers, ${AT_ONCE} at once each, ${LATENCY_MS} ms a request`,
    figure: `${perSecond.toFixed(0)} a second (processor time: ${(spentMs / made.length).toFixed(2)} ms)`,
    goal: `>= ${GOALS.perSecond} a second`,
    isMet: perSecond >= GOALS.perSecond,
  };
}

async function registerFrom(queue: IterableIterator<TinyVersion>, registry: Registry): Promise<void> {
  for (const { facts, evaluations } of queue) {
    const { sizeBytes: _, parameters: __, macs: ___, ...known } = facts;
    await registerVersion(registry, { artifact: facts.sha256, facts: known, evaluations, actor: ACTOR });
  }
}

function slowDown(store: ObjectStore, ms: number): ObjectStore {
  const slow =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await delay(ms);
      return call(...args);
    };
  return {
    ...store,
    get: slow(store.get as (key: string) => Promise<never>) as ObjectStore["get"],
    stat: slow(store.stat),
    create: slow(store.create),
    replace: slow(store.replace),
    delete: slow(store.delete),
  };
}
