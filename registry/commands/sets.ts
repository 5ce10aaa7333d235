/**
 * The evaluation sets of a model: the standard ones, which every model has, and those that somebody defined. A name
 * that is not known is an error wherever one is named, so that a slip of the pen is no empty answer.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  checkSetName,
  type EvaluationSet,
  SET_ROLES,
  STANDARD_SETS,
  sortSets,
} from "@radlite/registry/bundle";
import type { EvaluationSetDefined, Model, Registry, State } from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";

const MAX_TEXT_LENGTH = 2_000;
const MAX_SETS = 100; // of a model: each has a place in every snapshot

export interface DefineEvaluationSetInput extends Mutation, Omit<EvaluationSet, "name"> {
  model: string;
  name: string;
}

/**
 * Gives a name its record, or another one: who reads the log sees both. A standard set keeps its role.
 * @throws NOT_FOUND for the model; BAD_INPUT that says what is wrong.
 */
export async function defineEvaluationSet(
  registry: Registry,
  input: DefineEvaluationSetInput,
): Promise<EvaluationSet> {
  requireCommandRole("defineEvaluationSet", input.actor);
  const { model: name, name: set, role, description, population } = input;
  checkSetRecord({ name: set, role, description, population });
  return mutate(registry, {
    command: "defineEvaluationSet",
    input: { ...input },
    decide(state, at) {
      const model = requireModel(state, name);
      const known = findSet(model, set);
      const isSame =
        known?.role === role && known.description === description && known.population === population;
      if (isSame) return { events: [], outcome: done(set) };
      if (!known && model.sets.size >= MAX_SETS) {
        throw new RadliteError(
          "BAD_INPUT",
          `${name} has ${MAX_SETS} evaluation sets, as many as a model can have`,
        );
      }
      const defined: EvaluationSetDefined = {
        ...originOf(input, at),
        kind: "EvaluationSetDefined",
        eventVersion: 1,
        model: name,
        set,
        role,
        description,
        population,
      };
      return { events: [defined], outcome: done(set) };
    },
    answer: (state, outcome) => requireSet(state, subjectOf(outcome), name),
  });
}

/** What can be said without a registry. @throws BAD_INPUT that names the field. */
export function checkSetRecord({ name, role, description, population }: EvaluationSet): void {
  checkSetName(name);
  if (!SET_ROLES.includes(role)) {
    throw new RadliteError(
      "BAD_INPUT",
      `role of ${name} is ${JSON.stringify(role)}, expected ${SET_ROLES.join(", ")}`,
    );
  }
  const standard = STANDARD_SETS.find((set) => set.name === name);
  if (standard && standard.role !== role) {
    throw new RadliteError("BAD_INPUT", `${name} is ${standard.role} in every model, not ${role}`);
  }
  for (const [field, text] of Object.entries({ description, population })) {
    if (text.length <= MAX_TEXT_LENGTH) continue;
    throw new RadliteError(
      "BAD_INPUT",
      `${field} of ${name} has ${text.length} characters, expected at most ${MAX_TEXT_LENGTH}`,
    );
  }
}

/** The standard ones first, the others by name. */
export function listSets(model: Model): EvaluationSet[] {
  const names = new Set([...STANDARD_SETS.map(({ name }) => name), ...model.sets.keys()]);
  return sortSets(names).map((name) => findSet(model, name)!);
}

/** Undefined for a name that the model does not know. */
export function findSet(model: Model, name: string): EvaluationSet | undefined {
  return model.sets.get(name) ?? STANDARD_SETS.find((set) => set.name === name);
}

/**
 * @param model left out: any model may know the name.
 * @throws BAD_INPUT with the names that are known; NOT_FOUND for the model.
 */
export function requireSet(state: State, name: string, model?: string): EvaluationSet {
  checkSetName(name);
  const models = model === undefined ? [...state.models.values()] : [requireModel(state, model)];
  const sets = [...STANDARD_SETS, ...models.flatMap(listSets)];
  const found = sets.findLast((set) => set.name === name); // a model's own record before the standard one
  if (found) return found;
  const known = sortSets(new Set(sets.map((set) => set.name)));
  throw new RadliteError(
    "BAD_INPUT",
    `${model ?? "no model"} ${model ? "has no" : "has an"} evaluation set ${name}; there are: ${known.join(", ")}`,
  );
}
