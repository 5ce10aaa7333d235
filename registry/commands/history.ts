/** What an alias named, and when: read from its moves, oldest first in the state. */
import { findArtifact, PRODUCTION, type Promotion, type State, type Version } from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";
import { type Page, type PageInput, paginate } from "./page.ts";
import { parseTime } from "./times.ts";

export interface HistoryInput extends PageInput {
  model: string;
  /** Default `production`. */
  alias?: string;
}

/** Moves of an alias, newest first. @throws NOT_FOUND for the model. */
export function historyOf(
  state: State,
  { model, alias = PRODUCTION, ...page }: HistoryInput,
): Page<Promotion> {
  const moves = requireModel(state, model).aliases.get(alias) ?? [];
  return paginate(moves, page, {
    name: `history of ${model}/${alias}`,
    keyOf: ({ ordinal }) => [ordinal],
    directions: ["DESC"],
  });
}

/** What the alias named at an ISO time: the last move in the log that had happened by then. @throws BAD_INPUT. */
export function productionAt(
  state: State,
  { model, alias = PRODUCTION, at }: { model: string; alias?: string; at: string },
): Version | undefined {
  const { aliases, versions } = requireModel(state, model);
  const time = parseTime(at, "production");
  const last = (aliases.get(alias) ?? []).findLast((move) => Date.parse(move.at) <= time);
  return last && versions.get(last.to - 1);
}

/**
 * The version that the present one was promoted over. Promotions stack up and a rollback takes one off, so that
 * two rollbacks go back two promotions and never to what was rolled back from.
 */
export function predecessorOf(state: State, model: string, alias: string): Version | undefined {
  const stack: number[] = [];
  const { aliases, versions } = requireModel(state, model);
  for (const { movement, to } of aliases.get(alias) ?? []) {
    if (movement === "rollback") stack.pop();
    else stack.push(to);
  }
  const number = stack.at(-2);
  return number === undefined ? undefined : versions.get(number - 1);
}

/** @param id `<model>/<alias>/<ordinal>`. */
export function findPromotion(state: State, id: string): Promotion | undefined {
  const [, model = "", alias = "", ordinal] = /^([^/]+)\/([^/]+)\/([1-9][0-9]*)$/.exec(id) ?? [];
  return state.models.get(model)?.aliases.get(alias)?.[Number(ordinal) - 1];
}

/** The version, its parent, the parent's parent, ... as far as they are registered. */
export function lineageOf(state: State, version: Version): Version[] {
  const lineage = [version];
  for (let parent = version.parent; parent !== undefined; parent = lineage.at(-1)!.parent) {
    const next = findArtifact(state, parent);
    if (!next || lineage.includes(next)) break;
    lineage.push(next);
  }
  return lineage;
}
