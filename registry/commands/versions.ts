/**
 * Registering versions: immutable artifacts with their evidence, one or many. One commit holds a version and its
 * evaluations, so there is never a version whose evidence is still to come.
 */
import { RadliteError } from "@radlite/model/errors";
import { LIMITS } from "@radlite/model/format";
import type { Registry, Version } from "@radlite/registry/log";
import { readArtifact } from "./artifacts.ts";
import { requireVersion } from "./lookup.ts";
import { allDone, done, mutate, subjectOf, subjectsOf } from "./mutate.ts";
import type { Mutation } from "./mutation.ts";
import {
  decideRegistration,
  prepareRegistration,
  type Registration,
  readRegistration,
  storeRegistration,
} from "./registration.ts";
import { requireCommandRole } from "./roles.ts";
import { confirmStored } from "./stored-objects.ts";

/** In one commit. */
const MAX_VERSIONS = 100;

export interface RegisterVersionInput extends Registration, Mutation {}

/**
 * An artifact that the model already has is not registered twice: its version is returned, after evaluations on
 * sets that it lacked, or under a newer list of changes, were added to it.
 * @throws NOT_FOUND for an artifact, model or run that is not there; BAD_ARTIFACT; BAD_INPUT for evidence that
 * does not fit the bytes.
 */
export async function registerVersion(registry: Registry, input: RegisterVersionInput): Promise<Version> {
  requireCommandRole("registerVersion", input.actor);
  const { evaluations = [] } = input;
  const given = readRegistration(input);
  const stored = readArtifact(registry.store, given.artifact); // while the log is read: a request less to wait for
  stored.catch(() => undefined); // said when its turn comes
  return mutate(registry, {
    command: "registerVersion",
    input: { ...input, evaluations },
    preparesOnKnown: true,
    async prepare(state) {
      const prepared = await prepareRegistration(registry, state, given, stored);
      await storeRegistration(registry, prepared);
      return prepared;
    },
    decide(state, at, prepared) {
      const { id, events } = decideRegistration(state, prepared, { input, at });
      return { events, outcome: done(id) };
    },
    confirm: ({ objects }) => confirmStored(registry.store, objects),
    answer: (state, outcome) => requireVersion(state, subjectOf(outcome)),
  });
}

export interface RegisterVersionsInput extends Mutation {
  /** 1 to 100, each of another artifact; their artifacts together no larger than one may be. */
  versions: readonly Registration[];
}

/**
 * The same of many in one commit: all of them or, if one is not right, none.
 * @returns them in the order of the input.
 * @throws as `registerVersion`, with the place of the one that is wrong; BAD_INPUT for too many.
 */
export async function registerVersions(registry: Registry, input: RegisterVersionsInput): Promise<Version[]> {
  requireCommandRole("registerVersions", input.actor);
  checkMany(input.versions);
  const given = await inTurn(input.versions, readRegistration);
  return mutate(registry, {
    command: "registerVersions",
    input: {
      ...input,
      versions: input.versions.map((one) => ({ ...one, evaluations: one.evaluations ?? [] })),
    },
    async prepare(state) {
      const hold = limitBytes();
      const prepared = await inTurn(given, async (one) => {
        const each = await prepareRegistration(registry, state, one);
        hold(each.bytes.sizeBytes);
        return each;
      });
      for (const each of prepared) await storeRegistration(registry, each);
      return prepared;
    },
    decide(state, at, prepared) {
      const added = new Map<string, number>(); // new versions of each model
      const decided = prepared.map((each) => {
        const { model } = each.facts;
        const one = decideRegistration(state, each, { input, at, before: added.get(model) });
        if (one.isNew) added.set(model, (added.get(model) ?? 0) + 1);
        return one;
      });
      return {
        events: decided.flatMap(({ events }) => events),
        outcome: allDone(decided.map(({ id }) => id)),
      };
    },
    confirm: (prepared) =>
      confirmStored(
        registry.store,
        prepared.flatMap(({ objects }) => objects),
      ),
    answer: (state, outcome) => subjectsOf(outcome).map((id) => requireVersion(state, id)),
  });
}
/** @throws BAD_INPUT. */
function checkMany(versions: readonly Registration[]): void {
  if (versions.length < 1 || versions.length > MAX_VERSIONS) {
    throw new RadliteError(
      "BAD_INPUT",
      `versions are ${versions.length}, expected 1 to ${MAX_VERSIONS}: register them in parts`,
    );
  }
  const names = versions.map(({ facts, artifact }) => `${facts.model} ${artifact}`);
  const twice = names.findIndex((name, i) => names.indexOf(name) < i);
  if (twice < 0) return;
  throw new RadliteError(
    "BAD_INPUT",
    `versions.${twice} is of the same model and artifact as versions.${names.indexOf(names[twice]!)}: expected each once`,
  );
}

/** Artifacts are held in memory until they are registered. @returns what throws BAD_INPUT when they get too many. */
function limitBytes(): (sizeBytes: number) => void {
  let heldBytes = 0;
  return (sizeBytes) => {
    heldBytes += sizeBytes;
    if (heldBytes <= LIMITS.fileBytes) return;
    throw new RadliteError(
      "BAD_INPUT",
      `with it the artifacts have ${heldBytes} bytes, expected at most ${LIMITS.fileBytes} together: register them in parts`,
    );
  };
}

/** An error names the place of the one that it is about. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => R | Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [i, item] of items.entries()) {
    try {
      results.push(await work(item));
    } catch (cause) {
      if (!(cause instanceof RadliteError)) throw cause;
      throw new RadliteError(cause.code, `versions.${i}: ${cause.message}`, { cause });
    }
  }
  return results;
}
