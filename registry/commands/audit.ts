/**
 * The audit: every event of the log, newest first. It is read from the log itself, so that what a state leaves out
 * (notes, events of a newer Radlite) is there too. A page reads as much of the log as it needs, and no more than
 * MAX_COMMITS_READ: a filter that matches little gives short pages, each with a cursor to go on from.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Commit, logKey, type Registry, readCommit } from "@radlite/registry/log";
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
const WIDTH = 32; // requests under way at once
const MAX_COMMITS_READ = 4_096; // for one page

/** @throws BAD_INPUT for a page size or cursor that is none; UNAVAILABLE where the log has a hole. */
export async function readAudit(registry: Registry, input: AuditInput = {}): Promise<AuditPage> {
  const size = readPageSize(input.first);
  const start = input.after === undefined ? undefined : decodeCursor(input.after, ORDER, [[0, 0]]);
  const head = Math.min(
    registry.state.logNumber,
    start ? Math.floor(Number(start[0])) : Number.POSITIVE_INFINITY,
  );
  const edges: AuditPage["edges"] = [];
  for await (const { number, events } of readBackwards(registry, head)) {
    for (let place = events.length - 1; place >= 0; place--) {
      if (!isBehind([number, place], start)) continue;
      if (edges.length === size) return { edges, hasNextPage: true, endCursor: edges.at(-1)!.cursor };
      const node = describeEvent(events[place]!, number);
      if (isWanted(node, input)) edges.push({ cursor: encodeCursor([number, place], ORDER), node });
    }
    if (head - number >= MAX_COMMITS_READ) {
      return { edges, hasNextPage: true, endCursor: encodeCursor([number, 0], ORDER) };
    }
  }
  return { edges, hasNextPage: false, endCursor: edges.at(-1)?.cursor };
}

async function* readBackwards({ store }: Registry, head: number): AsyncGenerator<Commit> {
  for (let newest = head; newest > 0; newest -= WIDTH) {
    const numbers = Array.from({ length: Math.min(WIDTH, newest) }, (_, i) => newest - i);
    const commits = await Promise.all(numbers.map((number) => readCommit(store, number)));
    for (const [i, commit] of commits.entries()) {
      if (commit) yield commit;
      else
        throw new RadliteError(
          "UNAVAILABLE",
          `${logKey(numbers[i]!)} is missing; run "radlite registry fsck"`,
        );
    }
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
