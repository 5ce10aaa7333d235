/**
 * A promotion, tried and not done: every rule with its limit and what the version has. `promote` decides by the very
 * same rules.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  currentVersion,
  type Policy,
  PRODUCTION,
  type Registry,
  type State,
  type Version,
} from "@radlite/registry/log";
import { readArtifact } from "./artifacts.ts";
import { requireVersion } from "./lookup.ts";
import { checkName } from "./mutation.ts";
import { type CheckedRule, checkPolicy, checkPolicyFields, holds, setsOf } from "./policy.ts";
import { NEVER_FORCED } from "./refusal.ts";
import { requireSet } from "./sets.ts";

export interface CheckPromotionInput {
  /** Id `<model>@<number>`. */
  version: string;
  /** Default `production`. */
  alias?: string;
  /** In place of the model's own. */
  policy?: Policy;
}

export interface PromotionCheck {
  passes: boolean;
  /** Whether an approver could promote it all the same. */
  canBeForced: boolean;
  /** What the alias names now. */
  current: Version | undefined;
  rules: CheckedRule[];
}

/** @throws NOT_FOUND for the version; BAD_INPUT for a policy that could not be set. */
export async function checkPromotion(
  { store }: Registry,
  state: State,
  { version: id, alias = PRODUCTION, policy }: CheckPromotionInput,
): Promise<PromotionCheck> {
  const version = requireVersion(state, id);
  checkName(alias, "alias");
  if (policy) {
    checkPolicyFields(policy);
    for (const set of setsOf(policy)) requireSet(state, set, version.model);
  }
  const artifact = await checkArtifact({ store }, version);
  const rules = checkRules(state, version, { artifact, ...(policy && { policy }) });
  return {
    passes: rules.every(({ passes }) => passes),
    canBeForced: rules.every(({ rule, passes }) => passes || !NEVER_FORCED.includes(rule)),
    current: currentVersion(state, version.model, alias),
    rules,
  };
}

/** Whether the stored bytes are there and have their digest, as they have to when they are served. */
export async function checkArtifact(
  { store }: Pick<Registry, "store">,
  { artifact }: Version,
): Promise<CheckedRule> {
  try {
    await readArtifact(store, artifact);
    return holds("artifact", true);
  } catch (error) {
    const isBroken =
      error instanceof RadliteError && (error.code === "NOT_FOUND" || error.code === "BAD_ARTIFACT");
    if (!isBroken) throw error;
    return holds("artifact", false);
  }
}

/** All that stands between a version and an alias; `artifact` as `checkArtifact` found it. */
export function checkRules(
  state: State,
  version: Version,
  { artifact, ...options }: { artifact: CheckedRule; policy?: Policy },
): CheckedRule[] {
  return [artifact, ...checkPolicy(state, version, options)];
}
