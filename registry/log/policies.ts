/**
 * Policies: which figures on which evaluation sets a version must reach, and what stands in the way of one that
 * does not. The first release knew three minimums on one set; what it wrote is read here as the rules that say
 * the same, so that nothing behind the fold knows of two kinds.
 */

/** What a minimum may be asked of, all between 0 and 1. The last three see the worst that a set's changes do. */
export const POLICY_FIGURES = [
  "accuracy",
  "sensitivity",
  "specificity",
  "auc",
  "balancedAccuracy",
  "lowestSensitivity",
  "lowestSpecificity",
] as const;

export type PolicyFigure = (typeof POLICY_FIGURES)[number];

/** Which end of the 95% interval a policy's minimum is held against: the careful end, or the figure itself. */
export const POLICY_BOUNDS = ["low", "value"] as const;

export type PolicyBound = (typeof POLICY_BOUNDS)[number];

export interface PolicyRule {
  /** Name of the evaluation set whose figures count. */
  set: string;
  figure: PolicyFigure;
  bound: PolicyBound;
  min: number;
}

/** When a version is accurate enough for an alias; of those, the smallest file is chosen. */
export interface Policy {
  /** Each holds by itself. */
  rules: readonly PolicyRule[];
  /** How far the AUC may lie below that of the version in production, both point estimates on `dropOn`. */
  maxAucDrop: number;
  dropOn: string;
}

export const RULES = [
  "artifact", // the stored bytes are there and have the digest that the log names
  "operatingPoint", // the artifact is sealed with a threshold of its own
  "notArchived",
  "evaluation", // there is an evaluation on a set that the policy names
  "minimum", // a figure on a set reaches its limit
  "maxAucDrop", // actual: production's AUC minus this version's
] as const;

export type Rule = (typeof RULES)[number];

/** A rule as a version meets it or breaks it. What holds or does not has limit 1, and actual 1 or 0. */
export interface FailedRule {
  rule: Rule;
  /** Of `evaluation`, `minimum` and `maxAucDrop`. */
  set?: string;
  /** Of `minimum`. */
  figure?: PolicyFigure;
  bound?: PolicyBound;
  limit: number;
  actual: number;
}

/** As PolicySet of event version 1 carries it. */
export interface FirstPolicy {
  set: string;
  bound: PolicyBound;
  minSensitivity: number;
  minSpecificity: number;
  minAuc: number;
  maxAucDrop: number;
}

/** As AliasMoved of event version 1 carries it. */
export interface FirstFailedRule {
  rule: Exclude<Rule, "minimum"> | keyof typeof FIRST_MINIMUMS;
  limit: number;
  actual: number;
}

const FIRST_MINIMUMS = {
  minSensitivity: "sensitivity",
  minSpecificity: "specificity",
  minAuc: "auc",
} as const satisfies Record<string, PolicyFigure>;

/** The same demands as rules. */
export function readFirstPolicy(first: FirstPolicy): Policy {
  const { set, bound, minSensitivity, minSpecificity, minAuc, maxAucDrop } = first;
  return {
    rules: [
      { set, figure: "sensitivity", bound, min: minSensitivity },
      { set, figure: "specificity", bound, min: minSpecificity },
      { set, figure: "auc", bound, min: minAuc },
    ],
    maxAucDrop,
    dropOn: set,
  };
}

/** `policy`: the one that held when the rule was broken; it says of which set. */
export function readFirstFailedRule(first: FirstFailedRule, policy: Policy | undefined): FailedRule {
  const { rule, limit, actual } = first;
  const [set, bound] = [policy?.dropOn, policy?.rules[0]?.bound];
  switch (rule) {
    case "minSensitivity":
    case "minSpecificity":
    case "minAuc":
      return {
        rule: "minimum",
        ...(set !== undefined && { set }),
        figure: FIRST_MINIMUMS[rule],
        ...(bound !== undefined && { bound }),
        limit,
        actual,
      };
    case "evaluation":
    case "maxAucDrop":
      return { rule, ...(set !== undefined && { set }), limit, actual };
    default:
      return { rule, limit, actual };
  }
}
