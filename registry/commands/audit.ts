/**
 * The audit: every event of the log, newest first. It is read from the log itself, so that what a state leaves out
 * (notes, events of a newer Radlite) is there too. A page reads as much of the log as it needs, and no more than
 * AUDIT_READS: a filter that matches little gives short pages, each with a cursor to go on from.
 */
import { quote, RadliteError } from "@radlite/model/errors";
import {
  type Commit,
  EVENT_VERSIONS,
  logKey,
  type Registry,
  readCommit,
  type State,
} from "@radlite/registry/log";
import { type AuditEntry, describeEvent } from "./audit-entry.ts";
import { decodeCursor, encodeCursor, type Page, type PageInput, readPageSize, type SortKey } from "./page.ts";

export interface AuditInput extends PageInput {
  model?: string;
  /** Kinds of events, such as `PolicySet`; left out: all. */
  kinds?: readonly string[];
  /** Name of who did it. */
  actor?: string;
  /** Id of the request that brought it about. */
  requestId?: string;
  /** ISO times by the writers' clocks, both included. */
  since?: string;
  until?: string;
}

export interface AuditPage extends Pick<Page<AuditEntry>, "edges" | "hasNextPage"> {
  /** Where the page stopped reading; undefined when it has read the whole log. */
  endCursor: string | undefined;
}

const ORDER = { name: "audit", directions: ["DESC", "DESC"] } as const;
const [FIRST_WIDTH, WIDTH] = [8, 32]; // requests under way at once
const EVENTS_AT_ONCE = 2_000; // about, as many as in those before
/** For one page; what reaches one of the two is read to its end. */
export const AUDIT_READS = { commits: 2_048, events: 20_000 } as const;

/** @throws BAD_INPUT for a page size, cursor or kind that is none; UNAVAILABLE where the log has a hole. */
export async function readAudit(registry: Registry, input: AuditInput = {}): Promise<AuditPage> {
  const size = readPageSize(input.first);
  requireKinds(registry.state, input.kinds);
  const start = input.after === undefined ? undefined : decodeCursor(input.after, ORDER, [[0, 0]]);
  const head = Math.min(
    registry.state.logNumber,
    start ? Math.floor(Number(start[0])) : Number.POSITIVE_INFINITY,
  );
  const edges: AuditPage["edges"] = [];
  let eventsRead = 0;
  for await (const { number, events } of readBackwards(registry, head)) {
    for (let place = events.length - 1; place >= 0; place--) {
      if (!isBehind([number, place], start)) continue;
      if (edges.length === size) return { edges, hasNextPage: true, endCursor: edges.at(-1)!.cursor };
      const node = describeEvent(events[place]!, number);
      if (isWanted(node, input)) edges.push({ cursor: encodeCursor([number, place], ORDER), node });
    }
    eventsRead += events.length;
    const isEnough = head - number + 1 >= AUDIT_READS.commits || eventsRead >= AUDIT_READS.events;
    if (isEnough && number > 1) {
      return { edges, hasNextPage: true, endCursor: encodeCursor([number, 0], ORDER) };
    }
  }
  return { edges, hasNextPage: false, endCursor: edges.at(-1)?.cursor };
}

/** Of events that this Radlite writes, or that a newer one wrote. @throws BAD_INPUT for another one. */
function requireKinds({ ignored }: State, kinds: readonly string[] = []): void {
  const known = new Set([...ignored.keys()].map((name) => name.replace(/@.*$/, "")));
  for (const kind of Object.keys(EVENT_VERSIONS)) known.add(kind);
  const wrong = kinds.find((kind) => !known.has(kind));
  if (wrong === undefined) return;
  throw new RadliteError(
    "BAD_INPUT",
    `there are no events of the kind ${quote(wrong)}; there are ${[...known].sort().join(", ")}`,
  );
}

async function* readBackwards({ store }: Registry, head: number): AsyncGenerator<Commit> {
  let width = FIRST_WIDTH;
  for (let newest = head; newest > 0; ) {
    const numbers = Array.from({ length: Math.min(width, newest) }, (_, i) => newest - i);
    const commits = await Promise.all(numbers.map((number) => readCommit(store, number)));
    for (const [i, commit] of commits.entries()) {
      if (commit) yield commit;
      else
        throw new RadliteError(
          "UNAVAILABLE",
          `${logKey(numbers[i]!)} is missing; run "radlite registry fsck"`,
        );
    }
    const events = commits.reduce((sum, commit) => sum + (commit?.events.length ?? 0), 0);
    newest -= numbers.length;
    width = Math.max(1, Math.min(WIDTH, Math.floor((EVENTS_AT_ONCE * numbers.length) / Math.max(1, events))));
  }
}

function isBehind([number, place]: [number, number], start: SortKey | undefined): boolean {
  if (start === undefined) return true;
  return number < Number(start[0]) || (number === start[0] && place < Number(start[1]));
}

function isWanted(entry: AuditEntry, { model, kinds, actor, requestId, since, until }: AuditInput): boolean {
  const at = Date.parse(entry.at);
  return (
    (model === undefined || entry.model === model) &&
    (kinds === undefined || kinds.includes(entry.kind)) &&
    (actor === undefined || entry.actor.name === actor) &&
    (requestId === undefined || entry.requestId === requestId) &&
    (since === undefined || at >= Date.parse(since)) &&
    (until === undefined || at <= Date.parse(until))
  );
}
