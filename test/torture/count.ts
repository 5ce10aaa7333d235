/**
 * What writers were told, held against what lies in the store.
 *
 * Lost: an acknowledged request that the log does not hold as it was told, an answer in the log whose effect is not
 * there, an object that an event names and that is gone, a pointer behind an acknowledged promotion. Doubled: a request
 * that happened twice, acknowledged or not, one that nobody made, a thing that was done before or was decided on
 * another state than the one it changed. Torn: see reading.ts, and a pointer that says what the log does not.
 */
import type { RequestOutcome } from "@radlite/registry/log";
import { emptyWorld, follow, isSo, type World } from "./effects.ts";
import type { Request } from "./journal.ts";
import { comparePointers } from "./pointers.ts";
import { canonical, type ReadCommit, type ReadEvent, type ReadStore } from "./reading.ts";
import { actorOf, keyOf } from "./requests.ts";

export interface Counts {
  acknowledged: number;
  lost: number;
  torn: number;
  doubled: number;
}

export interface Verdict extends Counts {
  /** A sentence for each that is counted. */
  findings: string[];
  /** Objects of the log. */
  commits: number;
}

export interface Faults {
  lost: string[];
  torn: string[];
  doubled: string[];
}

export function countFaults(store: ReadStore, requests: readonly Request[]): Verdict {
  const faults: Faults = {
    lost: [],
    torn: [...store.torn].map(([key, problem]) => `${key} ${problem}`),
    doubled: [],
  };
  const log: Log = {
    world: emptyWorld(),
    asked: new Map(requests.map((request) => [idOf(request), request])),
    answered: new Map(),
  };
  for (const commit of store.commits) {
    for (const [name, events] of groupByActor(commit.events))
      readRequest(log, store, commit, name, events, faults);
  }
  const acknowledged = requests.filter(({ told }) => told !== undefined);
  for (const request of acknowledged) {
    const [told, logged] = [canonical(request.told), canonical(log.answered.get(idOf(request)) ?? null)];
    if (told !== logged) faults.lost.push(`${idOf(request)} was told ${told}, the log says ${logged}`);
  }
  comparePointers(store, log.world, acknowledged, faults);
  return {
    acknowledged: acknowledged.length,
    lost: faults.lost.length,
    torn: faults.torn.length,
    doubled: faults.doubled.length,
    findings: Object.entries(faults).flatMap(([kind, found]) =>
      found.map((one: string) => `${kind}: ${one}`),
    ),
    commits: store.commits.length,
  };
}

interface Log {
  world: World;
  asked: ReadonlyMap<string, Request>;
  answered: Map<string, RequestOutcome>;
}

/** A writer makes one request at a time, so its events in one commit are all of that one. */
function readRequest(
  { world, asked, answered }: Log,
  store: ReadStore,
  { number }: ReadCommit,
  actor: string,
  events: readonly ReadEvent[],
  { lost, doubled }: Faults,
): void {
  const answers = events.filter(({ kind }) => kind === "RequestAnswered");
  const effects = events.filter(({ kind }) => kind !== "RequestAnswered");
  for (const event of effects) {
    const problem = follow(world, event, number);
    if (problem !== undefined) doubled.push(`commit ${number}: ${problem}`);
    const gone = namedBy(event).filter((key) => !store.whole.has(key) && !store.torn.has(key));
    lost.push(...gone.map((key) => `${key}, which commit ${number} names`));
  }
  if (!actor.startsWith("writer-")) return; // whoever made the model
  if (answers.length === 0) lost.push(`commit ${number} does not say what ${actor} was answered`);
  for (const { idempotencyKey, outcome } of answers) {
    const id = `${actor} ${idempotencyKey}`;
    const request = asked.get(id);
    if (!request) doubled.push(`commit ${number} answers ${id}, which nobody asked`);
    else if (answered.has(id)) doubled.push(`commit ${number} answers ${id}, as one before it did`);
    else {
      answered.set(id, outcome!);
      if (isSo(request.asked, outcome!, effects, world)) continue;
      lost.push(
        `commit ${number} says ${canonical(outcome)} of ${id} and does not hold it: ${canonical(request.asked)}`,
      );
    }
  }
}

const idOf = ({ writer, at }: Request): string => `${actorOf(writer).name} ${keyOf(writer, at)}`;

function groupByActor(events: readonly ReadEvent[]): Map<string, ReadEvent[]> {
  const groups = new Map<string, ReadEvent[]>();
  for (const event of events) {
    const { name } = event.actor;
    groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  return groups;
}

function namedBy(event: ReadEvent): string[] {
  if (event.kind === "VersionRegistered" || event.kind === "GateSet") return [`artifacts/${event.artifact}`];
  if (event.kind === "EvaluationRecorded") return [`evaluations/${event.evaluation}.json`];
  return [];
}
