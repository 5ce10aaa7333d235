/** Models: named lines of versions, each with a policy from its first commit on. */
import { RadliteError } from "@radlite/model/errors";
import {
  EMPTY_STATE,
  type EventOrigin,
  type Model,
  type Policy,
  type Registry,
  type RegistryEvent,
} from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { checkName, checkReason, type Mutation, originOf } from "./mutation.ts";
import { checkPolicyFields, DEFAULT_POLICY, setsOf } from "./policy.ts";
import { requireCommandRole } from "./roles.ts";
import { requireSet } from "./sets.ts";

const MAX_DESCRIPTION_LENGTH = 2_000;

export interface CreateModelInput extends Mutation {
  /** 1 to 63 lower-case letters, digits and inner hyphens. */
  name: string;
  description: string;
  /** DEFAULT_POLICY when left out; written to the log either way. */
  policy?: Policy;
}

/** @throws CONFLICT when the model exists. */
export async function createModel(registry: Registry, input: CreateModelInput): Promise<Model> {
  requireCommandRole("createModel", input.actor);
  const { name, description, policy = DEFAULT_POLICY } = input;
  checkName(name, "model");
  checkPolicyFields(policy);
  for (const set of setsOf(policy)) requireSet(EMPTY_STATE, set); // a new model has the standard ones
  if (description.length > MAX_DESCRIPTION_LENGTH) {
    throw new RadliteError(
      "BAD_INPUT",
      `description has ${description.length} characters, expected at most ${MAX_DESCRIPTION_LENGTH}`,
    );
  }
  return mutate(registry, {
    command: "createModel",
    input: { ...input, policy },
    decide(state, at) {
      if (state.models.has(name)) throw new RadliteError("CONFLICT", `model "${name}" exists already`);
      return {
        events: makeModelEvents(originOf(input, at), { name, description, policy }),
        outcome: done(name),
      };
    },
    answer: (state, outcome) => requireModel(state, subjectOf(outcome)),
  });
}

/** The policy's event carries no key: that is the model's. */
export function makeModelEvents(
  origin: EventOrigin,
  { name: model, description, policy }: Required<Pick<CreateModelInput, "name" | "description" | "policy">>,
): RegistryEvent[] {
  const { at, actor } = origin;
  return [
    { ...origin, kind: "ModelCreated", eventVersion: 1, model, description },
    { at, actor, kind: "PolicySet", eventVersion: 2, model, policy },
  ];
}

export interface SetPolicyInput extends Mutation {
  model: string;
  policy: Policy;
  /** Kept with the policy for those who read its history. */
  reason?: string;
}

/** What is in production stays there; the policy speaks at the next promotion. */
export async function setPolicy(registry: Registry, input: SetPolicyInput): Promise<Model> {
  requireCommandRole("setPolicy", input.actor);
  const { model, policy, reason } = input;
  checkPolicyFields(policy);
  if (reason !== undefined) checkReason(reason);
  return mutate(registry, {
    command: "setPolicy",
    input: { ...input },
    decide(state, at) {
      for (const set of setsOf(policy)) requireSet(state, set, model);
      return {
        events: [
          {
            ...originOf(input, at),
            kind: "PolicySet",
            eventVersion: 2,
            model,
            policy,
            ...(reason !== undefined && { reason }),
          },
        ],
        outcome: done(model),
      };
    },
    answer: (state, outcome) => requireModel(state, subjectOf(outcome)),
  });
}
