/**
 * Notes that people write about a version, in Markdown, kept as they were written with who wrote them. Nothing takes one
 * away. A state knows in which commits they are; their texts are read from there.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Actor, Registry, RegistryEvent, Version, VersionAnnotated } from "@radlite/registry/log";
import { readEvents } from "./evidence.ts";
import { requireVersion } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";

/** Each note of a version is read when all are, and has a place in every snapshot. */
export const NOTE_LIMITS = { length: 4_000, notes: 100 } as const;

export interface AnnotateInput extends Mutation {
  /** Id `<model>@<number>`. */
  version: string;
  /** Markdown; 1 to 4,000 characters. */
  note: string;
}

/** @throws NOT_FOUND for the version; BAD_INPUT for an empty or endless note, and one too many. */
export async function annotate(registry: Registry, input: AnnotateInput): Promise<Version> {
  requireCommandRole("annotate", input.actor);
  const { note } = input;
  if (note.trim() === "" || note.length > NOTE_LIMITS.length) {
    throw new RadliteError(
      "BAD_INPUT",
      `note has ${note.length} characters, expected 1 to ${NOTE_LIMITS.length} that say something`,
    );
  }
  return mutate(registry, {
    command: "annotate",
    input: { ...input },
    decide(state, at) {
      const { id, model, number, notes = [] } = requireVersion(state, input.version);
      if (notes.length >= NOTE_LIMITS.notes) {
        throw new RadliteError("BAD_INPUT", `${id} has ${NOTE_LIMITS.notes} notes, as many as one can have`);
      }
      const annotated: VersionAnnotated = {
        ...originOf(input, at),
        ...{ kind: "VersionAnnotated", eventVersion: 2, model, version: number, note },
      };
      return { events: [annotated], outcome: done(id) };
    },
    answer: (state, outcome) => requireVersion(state, subjectOf(outcome)),
  });
}

export interface Note {
  text: string;
  /** ISO time. */
  at: string;
  by: Actor;
}

/** Oldest first. @throws UNAVAILABLE where the log has a hole. */
export async function readNotes({ store }: Registry, version: Version): Promise<Note[]> {
  const logNumbers = [...new Set(version.notes)];
  const commits = await Promise.all(logNumbers.map((number) => readEvents(store, number)));
  return commits.flatMap((events) => events.flatMap((event) => readNote(event, version)));
}

function readNote(event: RegistryEvent, { model, number }: Version): Note[] {
  const isIts =
    event.kind === "VersionAnnotated" &&
    event.eventVersion === 2 &&
    event.model === model &&
    event.version === number;
  return isIts ? [{ text: event.note, at: event.at, by: event.actor }] : [];
}
