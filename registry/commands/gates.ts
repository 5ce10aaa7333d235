/**
 * The gate of a model: a file of its own beside the versions' files, which looks at a picture before any of them
 * does. It is opened before an event names it, so what the log says of it is what its bytes say.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Gate, openGate } from "@radlite/model/verdict/gate";
import { currentGate, type GateSet, type Model, mendPointers, type Registry } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { ARTIFACT_PREFIX, readArtifact } from "./artifacts.ts";
import { requireModel } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { checkReason, type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";
import { confirmStored } from "./stored-objects.ts";

export interface SetGateInput extends Mutation {
  model: string;
  /** SHA-256 of a gate's file that is in the store (see `uploadArtifact`). */
  artifact: string;
  reason: string;
}

/**
 * Puts a gate before every version of a model. The one that stands there already is not set twice.
 * @throws NOT_FOUND for a model or file that is not there; BAD_ARTIFACT for one that is no gate; UNAVAILABLE when the
 * gate is in the log but a pointer could not be written yet (the next writer to refresh does it).
 */
export async function setGate(registry: Registry, input: SetGateInput): Promise<Model> {
  requireCommandRole("setGate", input.actor);
  const { model: name, artifact, reason } = input;
  checkReason(reason);
  const model = await mutate(registry, {
    command: "setGate",
    input: { ...input },
    async prepare(state) {
      requireModel(state, name);
      const file = await readArtifact(registry.store, artifact);
      return { file, population: openNamed(file, artifact).population };
    },
    decide(state, at, { file, population }) {
      requireModel(state, name);
      const set: GateSet = {
        ...originOf(input, at),
        kind: "GateSet",
        eventVersion: 1,
        model: name,
        artifact,
        sizeBytes: file.length,
        population,
        reason,
      };
      const isThere = currentGate(state, name)?.artifact === artifact;
      return { events: isThere ? [] : [set], outcome: done(name) };
    },
    confirm: ({ file }) => confirmStored(registry.store, [{ key: ARTIFACT_PREFIX + artifact, bytes: file }]),
    answer: (state, outcome) => requireModel(state, subjectOf(outcome)),
  });
  await mendPointers(registry);
  return model;
}

/** A gate ready to look at pictures. */
export interface StoredGate {
  gate: Gate;
  /** Of its file. */
  sha256: string;
  bytes: number;
  /** Whom its data set shows, in words. */
  population: string;
}

/**
 * Held to its digest and opened.
 * @throws NOT_FOUND when it is not stored; BAD_ARTIFACT when its bytes changed or are no gate; BAD_INPUT for no digest.
 */
export async function readGate(store: ObjectStore, sha256: string): Promise<StoredGate> {
  const file = await readArtifact(store, sha256).catch((cause) => {
    if (!(cause instanceof RadliteError) || cause.code !== "NOT_FOUND") throw cause;
    const message = `the gate ${sha256} that the log names is not in the store, and no picture is read without it: put its file back, or set another with "radlite registry set-gate"`;
    throw new RadliteError("NOT_FOUND", message, { cause });
  });
  const gate = openNamed(file, sha256);
  return { gate, sha256, bytes: file.length, population: gate.population };
}

function openNamed(file: Uint8Array, sha256: string): Gate {
  try {
    return openGate(file);
  } catch (cause) {
    const { message } = cause as Error;
    throw new RadliteError("BAD_ARTIFACT", `artifact ${sha256} cannot stand as a gate: ${message}`, {
      cause,
    });
  }
}
