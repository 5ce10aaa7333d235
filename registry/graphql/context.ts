/**
 * What the resolvers of one request share. Invariant: a request reads the log once, and every field of its
 * answer is of that one state; a mutation moves it on to the state that holds its effect. Facts that lie
 * outside the state are read once a version, and only when a field asks for them.
 */
import { type Mutation, readVersionFacts, type StartTraining } from "@radlite/registry/commands";
import type { Actor, Registry, State, Version, VersionRegistered } from "@radlite/registry/log";

export interface ContextOptions {
  registry: Registry;
  actor: Actor;
  /** Under which the answer and the log name this request. */
  requestId?: string;
  /** Where trainings run here. */
  startTraining: StartTraining;
  /** Under which the caller reached the server; left out: what points back to it is a path. */
  serverUrl?: string;
}

export interface RequestContext extends Omit<ContextOptions, "actor" | "requestId"> {
  /** What every command of a mutation takes of the request. */
  asker: Pick<Mutation, "actor" | "requestId">;
  state: State;
  readFacts(version: Version): Promise<VersionRegistered>;
}

export async function createContext({
  actor,
  requestId,
  ...options
}: ContextOptions): Promise<RequestContext> {
  const { registry } = options;
  const facts = new Map<string, Promise<VersionRegistered>>();
  return {
    ...options,
    asker: { actor, ...(requestId !== undefined && { requestId }) },
    state: await registry.refresh(),
    readFacts(version) {
      const known = facts.get(version.id) ?? readVersionFacts(registry, version);
      facts.set(version.id, known);
      return known;
    },
  };
}

/** Awaits a mutation and lets the fields of its answer see the state that holds its effect. */
export async function committed<T>(context: RequestContext, mutation: Promise<T>): Promise<T> {
  const outcome = await mutation;
  context.state = context.registry.state;
  return outcome;
}
