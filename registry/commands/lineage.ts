/**
 * Where versions came from and what came of them: compressed from a parent, taught by a teacher. A digest belongs to
 * the version that was registered with it first, so that parents and children are each other's inverse.
 */
import { RadliteError } from "@radlite/model/errors";
import { findArtifact, type State, type Version } from "@radlite/registry/log";
import { requireVersion } from "./lookup.ts";
import { type Page, type PageInput, paginate } from "./page.ts";

export const LINEAGE_KINDS = ["compressedFrom", "taughtBy"] as const;

export type LineageKind = (typeof LINEAGE_KINDS)[number];

/** Ids: `from` came of `to`. */
export interface LineageEdge {
  from: string;
  to: string;
  kind: LineageKind;
}

export interface Lineage {
  /** In the order of registration. */
  nodes: Version[];
  edges: LineageEdge[];
}

/** Versions in one answer; with more, pages of `versions(filter: { ancestor })` are the way. */
export const MAX_LINEAGE = 400;

/** Digests of what a version learnt from. */
export const teachersOf = ({ teachers = [] }: Version): readonly string[] => teachers;

/** What was compressed from a version, in the order of registration. */
export function listChildren(state: State, version: Version, page: PageInput = {}): Page<Version> {
  return paginate(madeOf(state, version, "compressedFrom"), page, {
    name: `children of ${version.id}`,
    keyOf: ({ logNumber, model, number }) => [logNumber, model, number],
    directions: ["ASC", "ASC", "ASC"],
  });
}

/**
 * The version with all that it came of and all that came of it.
 * @param id `<model>@<number>`.
 * @throws NOT_FOUND; BAD_INPUT where there are more than an answer holds.
 */
export function readLineage(state: State, id: string): Lineage {
  const version = requireVersion(state, id);
  const kin = new Set([version, ...ancestorsOf(state, version), ...descendantsOf(state, version)]);
  if (kin.size > MAX_LINEAGE) {
    throw new RadliteError(
      "BAD_INPUT",
      `${id} has a lineage of ${kin.size} versions, more than the ${MAX_LINEAGE} of one answer: ask for pages of versions with the filter { ancestor: "${id}" }`,
    );
  }
  const nodes = [...kin].sort((a, b) => a.logNumber - b.logNumber || a.number - b.number);
  const edges = nodes.flatMap((node) =>
    originsOf(state, node)
      .filter(({ origin }) => kin.has(origin))
      .map(({ origin, kind }) => ({ from: node.id, to: origin.id, kind })),
  );
  return { nodes, edges };
}

/** All that a version came of, over any number of steps, as far as it is registered. */
export function ancestorsOf(state: State, version: Version): Set<Version> {
  return follow(version, (one) => originsOf(state, one).map(({ origin }) => origin));
}

/** All that came of a version, over any number of steps. */
export function descendantsOf(state: State, version: Version): Set<Version> {
  return follow(version, (one) => [
    ...madeOf(state, one, "compressedFrom"),
    ...madeOf(state, one, "taughtBy"),
  ]);
}

function originsOf(state: State, version: Version): { origin: Version; kind: LineageKind }[] {
  const parents = version.parent === undefined ? [] : [version.parent];
  const named = [
    ...parents.map((digest) => ({ digest, kind: "compressedFrom" as const })),
    ...teachersOf(version).map((digest) => ({ digest, kind: "taughtBy" as const })),
  ];
  return named.flatMap(({ digest, kind }) => {
    const origin = findArtifact(state, digest);
    return origin ? [{ origin, kind }] : [];
  });
}

/** Without the version itself, even where somebody recorded a circle. */
function follow(version: Version, next: (one: Version) => readonly Version[]): Set<Version> {
  const found = new Set<Version>();
  const waiting = [version];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    for (const other of next(one)) {
      if (other === version || found.has(other)) continue;
      found.add(other);
      waiting.push(other);
    }
  }
  return found;
}

function madeOf(state: State, version: Version, kind: LineageKind): readonly Version[] {
  if (findArtifact(state, version.artifact) !== version) return [];
  return indexOf(state)[kind].get(version.artifact) ?? [];
}

type Index = Record<LineageKind, ReadonlyMap<string, Version[]>>;

/** A state never changes, so its index is made once, when first asked for. */
const indexes = new WeakMap<State, Index>();

function indexOf(state: State): Index {
  const known = indexes.get(state);
  if (known) return known;
  const made = { compressedFrom: new Map<string, Version[]>(), taughtBy: new Map<string, Version[]>() };
  const add = (kind: LineageKind, digest: string, version: Version) => {
    const others = made[kind].get(digest);
    if (others) others.push(version);
    else made[kind].set(digest, [version]);
  };
  for (const { versions } of state.models.values()) {
    for (const version of versions) {
      if (version.parent !== undefined) add("compressedFrom", version.parent, version);
      for (const digest of teachersOf(version)) add("taughtBy", digest, version);
    }
  }
  indexes.set(state, made);
  return made;
}
