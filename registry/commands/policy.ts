/**
 * The policy of a model: which versions are accurate enough to be promoted, and of those the smallest one. Each
 * minimum is held against the careful end of the 95% interval (`bound: "low"`) unless the policy says otherwise.
 */
import { RadliteError } from "@radlite/model/errors";
import { isSetName, SET_NAME_EXPECTED, VALIDATION } from "@radlite/registry/bundle";
import {
  currentVersion,
  type FailedRule,
  POLICY_BOUNDS,
  type Policy,
  type Rule,
  roundTo,
  type State,
  type Version,
} from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";
import { metricsOf } from "./metrics.ts";
import { requireSet } from "./sets.ts";

export const DEFAULT_POLICY: Policy = {
  set: VALIDATION,
  bound: "low",
  minSensitivity: 0.9,
  minSpecificity: 0.6,
  minAuc: 0.95,
  maxAucDrop: 0.01,
};

/** @throws BAD_INPUT that names the field. */
export function checkPolicyFields(policy: Policy): void {
  const fail = (field: string, value: unknown, expected: string): never => {
    throw new RadliteError("BAD_INPUT", `policy.${field} is ${JSON.stringify(value)}, expected ${expected}`);
  };
  if (!isSetName(policy.set)) fail("set", policy.set, SET_NAME_EXPECTED);
  if (!POLICY_BOUNDS.includes(policy.bound)) fail("bound", policy.bound, POLICY_BOUNDS.join(" or "));
  for (const field of ["minSensitivity", "minSpecificity", "minAuc", "maxAucDrop"] as const) {
    if (!(policy[field] >= 0 && policy[field] <= 1)) fail(field, policy[field], "a number from 0 to 1");
  }
}

/**
 * Which rules a version breaks under its model's policy, or another one; empty when it may be promoted. Whether
 * the artifact's bytes are what the log says is not looked at: that needs the store (see `promote`).
 */
export function checkPolicy(
  state: State,
  version: Version,
  { policy }: { policy?: Policy } = {},
): FailedRule[] {
  const rules = policy ?? policyOf(state, version.model);
  const production = currentVersion(state, version.model);
  return [
    ...missing("operatingPoint", version.operatingPoint !== undefined),
    ...missing("notArchived", version.archivedAt === undefined),
    ...brokenMinimums(version, rules),
    ...brokenDrop(version, production, rules),
  ];
}

/** The smallest version in bytes that breaks no rule of the policy but the drop against production, or undefined. */
export function smallestAccurate(
  state: State,
  { model, policy }: { model: string; policy?: Policy },
): Version | undefined {
  const { versions } = requireModel(state, model);
  const rules = policy ?? policyOf(state, model);
  requireSet(state, rules.set, model);
  return versions
    .filter(
      (version) =>
        version.operatingPoint && !version.archivedAt && brokenMinimums(version, rules).length === 0,
    )
    .sort(
      (a, b) =>
        a.sizeBytes - b.sizeBytes || aucOf(b, rules.set)! - aucOf(a, rules.set)! || a.number - b.number,
    )[0];
}

function policyOf(state: State, model: string): Policy {
  return requireModel(state, model).policy ?? DEFAULT_POLICY;
}

function brokenMinimums(version: Version, policy: Policy): FailedRule[] {
  const metrics = metricsOf(version, policy.set);
  if (!metrics) return missing("evaluation", false);
  const minimums = [
    ["minSensitivity", metrics.sensitivity],
    ["minSpecificity", metrics.specificity],
    ["minAuc", metrics.auc],
  ] as const;
  return minimums
    .map(([rule, estimate]) => ({ rule, limit: policy[rule], actual: estimate[policy.bound] }))
    .filter(({ limit, actual }) => actual < limit);
}

/** Point estimates, on the policy's set; no rule where production was not evaluated on it. */
function brokenDrop(version: Version, production: Version | undefined, policy: Policy): FailedRule[] {
  const own = aucOf(version, policy.set);
  const reference = production && aucOf(production, policy.set);
  if (own === undefined || reference === undefined) return [];
  const actual = roundTo(6, reference - own); // both have six decimals; their difference has too
  return actual > policy.maxAucDrop ? [{ rule: "maxAucDrop", limit: policy.maxAucDrop, actual }] : [];
}

const aucOf = (version: Version, set: string): number | undefined => version.evaluations.get(set)?.auc.value;

const missing = (rule: Rule, isThere: boolean): FailedRule[] =>
  isThere ? [] : [{ rule, limit: 1, actual: 0 }];
