/**
 * What the resolvers of one request share. Invariant: a request reads the log once, and every field of its
 * answer is of that one state; a mutation moves it on to the state that holds its effect. Facts that lie
 * outside the state are read once a version, and only when a field asks for them.
 */
import type { Evaluation } from "@radlite/registry/bundle";
import {
  type FindPictures,
  type ListTrainings,
  type Mutation,
  readEvaluation,
  readVersionFacts,
  type StartTraining,
  type ValidateRecipe,
} from "@radlite/registry/commands";
import type { Actor, Registry, State, Version, VersionRegistered } from "@radlite/registry/log";
import { countEffort, type Effort } from "./effort.ts";

export interface ContextOptions {
  registry: Registry;
  actor: Actor;
  /** Under which the answer and the log name this request. */
  requestId?: string;
  /** Where trainings run here. */
  startTraining: StartTraining;
  /** What may be trained here; left out: nothing. */
  listTrainings?: ListTrainings;
  /** Pictures of radiographs that the caller may be shown; left out: none. */
  findPictures?: FindPictures;
  /** What trains here knows what a recipe may say. */
  validateRecipe: ValidateRecipe;
  /** Under which the caller reached the server; left out: what points back to it is a path. */
  serverUrl?: string;
}

export interface RequestContext extends Omit<ContextOptions, "actor" | "requestId"> {
  /** What every command of a mutation takes of the request. */
  asker: Pick<Mutation, "actor" | "requestId">;
  state: State;
  readFacts(version: Version): Promise<VersionRegistered>;
  /** The cases of an evaluation, which the state knows. */
  readCases(version: Version, set: string): Promise<Evaluation>;
  effort: Effort;
}

export async function createContext({
  actor,
  requestId,
  ...options
}: ContextOptions): Promise<RequestContext> {
  const { registry } = options;
  const facts = new Map<string, Promise<VersionRegistered>>();
  const cases = new Map<string, Promise<Evaluation>>();
  const effort = countEffort();
  return {
    ...options,
    asker: { actor, ...(requestId !== undefined && { requestId }) },
    state: await registry.refresh(),
    readFacts(version) {
      const known = facts.get(version.id);
      if (known) return known;
      effort.readCommits(1);
      const read = readVersionFacts(registry, version);
      facts.set(version.id, read);
      return read;
    },
    readCases(version, set) {
      const key = `${version.id} ${set}`;
      const known = cases.get(key);
      if (known) return known;
      effort.readEvaluation();
      const read = readEvaluation(registry, version, set).then((evaluation) => evaluation!);
      cases.set(key, read);
      return read;
    },
    effort,
  };
}

/** Awaits a mutation and lets the fields of its answer see the state that holds its effect. */
export async function committed<T>(context: RequestContext, mutation: Promise<T>): Promise<T> {
  const outcome = await mutation;
  context.state = context.registry.state;
  return outcome;
}
