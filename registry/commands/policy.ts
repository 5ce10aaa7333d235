/**
 * The policy of a model: which versions are accurate enough to be promoted, and of those the smallest one. Every
 * rule is checked, so that a refusal names all that is wrong and a dry run shows what holds.
 */
import { RadliteError } from "@radlite/model/errors";
import { isSetName, SET_NAME_EXPECTED, STRESS, VALIDATION } from "@radlite/registry/bundle";
import {
  currentVersion,
  type FailedRule,
  type HeldPolicy,
  POLICY_BOUNDS,
  POLICY_FIGURES,
  type Policy,
  type Rule,
  roundTo,
  type State,
  type Version,
} from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";
import { metricsOf, sampleOf } from "./metrics.ts";

/**
 * On `validation` the careful ends of the figures. On `stress`, which is validation changed harmlessly, the worst
 * rates under any one change: networks that lean on the shape of the picture read validation as well as the others
 * and are found out there (docs/adr/0408-policies-that-cannot-be-fooled.md has the figures).
 */
export const DEFAULT_POLICY: Policy = {
  rules: [
    { set: VALIDATION, figure: "sensitivity", bound: "low", min: 0.9 },
    { set: VALIDATION, figure: "specificity", bound: "low", min: 0.6 },
    { set: VALIDATION, figure: "auc", bound: "low", min: 0.95 },
    { set: STRESS, figure: "lowestSpecificity", bound: "value", min: 0.89 },
    { set: STRESS, figure: "lowestSensitivity", bound: "value", min: 0.65 },
  ],
  maxAucDrop: 0.01,
  dropOn: VALIDATION,
};

const MAX_RULES = 32;

/** @throws BAD_INPUT that names the field. */
export function checkPolicyFields({ rules, maxAucDrop, dropOn }: Policy): void {
  const fail = (field: string, value: unknown, expected: string): never => {
    throw new RadliteError("BAD_INPUT", `policy.${field} is ${JSON.stringify(value)}, expected ${expected}`);
  };
  const checkShare = (field: string, value: number) => {
    if (!(value >= 0 && value <= 1)) fail(field, value, "a number from 0 to 1");
  };
  const checkSet = (field: string, name: string) => {
    if (!isSetName(name)) fail(field, name, SET_NAME_EXPECTED);
  };
  if (rules.length > MAX_RULES) fail("rules", rules.length, `at most ${MAX_RULES} of them`);
  for (const [at, { set, figure, bound, min }] of rules.entries()) {
    checkSet(`rules.${at}.set`, set);
    if (!POLICY_FIGURES.includes(figure)) fail(`rules.${at}.figure`, figure, POLICY_FIGURES.join(", "));
    if (!POLICY_BOUNDS.includes(bound)) fail(`rules.${at}.bound`, bound, POLICY_BOUNDS.join(" or "));
    checkShare(`rules.${at}.min`, min);
  }
  checkShare("maxAucDrop", maxAucDrop);
  checkSet("dropOn", dropOn);
}

/** Names of the sets that a policy asks figures of. */
export const setsOf = ({ rules, dropOn }: Policy): string[] => [
  ...new Set([...rules.map(({ set }) => set), dropOn]),
];

export interface CheckedRule extends Omit<FailedRule, "actual"> {
  /**
   * Undefined where there is nothing to hold against the limit: a minimum of a set that the version was not evaluated
   * on, which does not pass, or a drop against a production that was not evaluated on the same images, which does.
   */
  actual?: number;
  passes: boolean;
}

/**
 * Every rule of its model's policy, or of another one, as a version meets it. Whether the artifact's bytes are what
 * the log says is not looked at: that needs the store (see `promote`).
 */
export function checkPolicy(
  state: State,
  version: Version,
  { policy = policyOf(state, version.model) }: { policy?: Policy } = {},
): CheckedRule[] {
  const production = currentVersion(state, version.model);
  return [
    holds("operatingPoint", version.operatingPoint !== undefined),
    holds("notArchived", version.archivedAt === undefined),
    ...checkMinimums(version, policy),
    ...checkDrop(version, production, policy),
  ];
}

/** Which rules a version breaks; empty when it may be promoted. */
export function findFailedRules(state: State, version: Version, options?: { policy?: Policy }): FailedRule[] {
  return failedAmong(checkPolicy(state, version, options));
}

/** A set that a version was not evaluated on is one broken rule, however many minimums ask for it. */
export function failedAmong(rules: readonly CheckedRule[]): FailedRule[] {
  return rules.flatMap(({ passes, actual, ...rule }) =>
    passes || actual === undefined ? [] : [{ ...rule, actual }],
  );
}

/** The policy that a model has now. */
export function policyOf(state: State, model: string): Policy {
  return requireModel(state, model).policies.at(-1) ?? DEFAULT_POLICY;
}

/** The one that held at an ISO time, or undefined before the first. @throws NOT_FOUND for the model. */
export function policyAt(state: State, { model, at }: { model: string; at: string }): HeldPolicy | undefined {
  const time = Date.parse(at);
  return requireModel(state, model).policies.findLast((policy) => Date.parse(policy.at) <= time);
}

function checkMinimums(version: Version, { rules }: Policy): CheckedRule[] {
  const sets = [...new Set(rules.map(({ set }) => set))];
  return sets.flatMap((set): CheckedRule[] => {
    const metrics = metricsOf(version, set);
    const asked = rules.filter((rule) => rule.set === set);
    return [
      holds("evaluation", metrics !== undefined, set),
      ...asked.map(({ min, ...rule }): CheckedRule => {
        const minimum = { rule: "minimum" as const, ...rule, limit: min };
        if (!metrics) return { ...minimum, passes: false };
        const actual = metrics[rule.figure][rule.bound];
        return { ...minimum, actual, passes: actual >= min };
      }),
    ];
  });
}

/** Point estimates, where production was evaluated on the set too, and on the same images changed alike. */
function checkDrop(
  version: Version,
  production: Version | undefined,
  { maxAucDrop, dropOn }: Policy,
): CheckedRule[] {
  const [own, reference] = [version, production].map((one) => one && metricsOf(one, dropOn));
  if (!own || !reference || sampleOf(own) !== sampleOf(reference)) {
    return [{ rule: "maxAucDrop", set: dropOn, limit: maxAucDrop, passes: true }];
  }
  const actual = roundTo(6, reference.auc.value - own.auc.value); // both have six decimals; their difference has too
  return [{ rule: "maxAucDrop", set: dropOn, limit: maxAucDrop, actual, passes: actual <= maxAucDrop }];
}

/** A rule that is so or not. */
export const holds = (rule: Rule, isSo: boolean, set?: string): CheckedRule => ({
  rule,
  ...(set !== undefined && { set }),
  limit: 1,
  actual: isSo ? 1 : 0,
  passes: isSo,
});
