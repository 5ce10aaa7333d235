/**
 * What few versions have, as rows of their own at the end of a model's row, and back; see snapshot-codec.ts. Each row
 * begins with the number of its version.
 */
import type { EvidenceKind } from "@radlite/registry/bundle";
import type { TableReader, TableWriter } from "./snapshot-tables.ts";
import type { HeldEvidence, Model, Version } from "./state.ts";

export type EvidenceRow = [
  version: number,
  kind: number,
  evidence: number,
  images: number,
  logNumber: number,
];

/** The teachers after the first, which has its place in the row of the version. */
export type TeachersRow = [version: number, ...digests: number[]];

export type NotesRow = [version: number, ...logNumbers: number[]];

export interface FewRows {
  evidence: readonly EvidenceRow[];
  teachers: readonly TeachersRow[];
  notes: readonly NotesRow[];
}

/** By version, then by kind. */
export function encodeEvidence({ versions }: Model, tables: TableWriter): EvidenceRow[] {
  return versions.flatMap(({ number, evidence }) =>
    [...(evidence?.values() ?? [])]
      .sort((a, b) => (a.kind < b.kind ? -1 : 1))
      .map(
        (one): EvidenceRow => [
          number,
          tables.string(one.kind),
          ...([tables.digest(one.evidence), tables.digest(one.images)] as const),
          one.logNumber,
        ],
      ),
  );
}

export function encodeTeachers({ versions }: Model, tables: TableWriter): TeachersRow[] {
  return versions.flatMap(({ number, teachers = [] }): TeachersRow[] =>
    teachers.length > 1 ? [[number, ...teachers.slice(1).map(tables.digest)]] : [],
  );
}

export function encodeNotes({ versions }: Model): NotesRow[] {
  return versions.flatMap(({ number, notes }): NotesRow[] => (notes ? [[number, ...notes]] : []));
}

/** @returns what adds to a version of the model what the rows have of it. */
export function decodeFew(rows: FewRows, tables: TableReader): (version: Version) => Version {
  const evidence = new Map<number, Map<EvidenceKind, HeldEvidence>>();
  for (const [version, kindAt, digest, images, logNumber] of rows.evidence) {
    const kind = tables.text(kindAt) as EvidenceKind;
    const held = { kind, evidence: tables.hash(digest), images: tables.hash(images), logNumber };
    evidence.set(version, (evidence.get(version) ?? new Map()).set(kind, held));
  }
  const teachers = new Map(rows.teachers.map(([version, ...digests]) => [version, digests.map(tables.hash)]));
  const notes = new Map(rows.notes.map(([version, ...logNumbers]) => [version, logNumbers]));
  return (version) => {
    const { number } = version;
    const others = teachers.get(number);
    return {
      ...version,
      ...(others && { teachers: [...(version.teachers ?? []), ...others] }),
      ...(evidence.has(number) && { evidence: evidence.get(number)! }),
      ...(notes.has(number) && { notes: notes.get(number)! }),
    };
  };
}
