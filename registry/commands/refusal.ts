/** A promotion that a policy refuses, in words: which rules are broken, and what can be done about it. */
import { LOOKS, STRESS } from "@radlite/registry/bundle";
import type { FailedRule, Rule } from "@radlite/registry/log";

/** A version that breaks one of these cannot be served, whoever wants it. */
export const NEVER_FORCED: readonly Rule[] = ["artifact", "operatingPoint", "notArchived"];

/** `specificity on validation, lower end of its 95% interval, is 0.55, limit 0.6; it was not evaluated on stress`. */
export const describeFailedRules = (rules: readonly FailedRule[]): string =>
  rules.map(describeFailedRule).join("; ");

function describeFailedRule({ rule, set, figure, bound, limit, actual }: FailedRule): string {
  const about = set === undefined ? "" : ` on ${set}`;
  switch (rule) {
    case "artifact":
      return "its file is missing or damaged";
    case "operatingPoint":
      return "its file is not sealed";
    case "notArchived":
      return "it is archived";
    case "evaluation":
      return `it was not evaluated${about}`;
    case "minimum": {
      const end = bound === "low" ? ", lower end of its 95% interval," : "";
      return `${figure}${about}${end} is ${round(actual)}, limit ${limit}`;
    }
    case "maxAucDrop":
      return `its AUC${about} is ${round(actual)} below that in production, limit ${limit}`;
    default:
      return rule satisfies never;
  }
}

/** What whoever wanted it on the command line can do next; absent where nothing but another version helps. */
export function adviseOnRefusal(version: string, rules: readonly FailedRule[]): string | undefined {
  const broken = rules.map(({ rule }) => rule);
  if (broken.includes("artifact")) return 'Put its file back: "radlite registry seed" does for shipped ones.';
  if (broken.some((rule) => NEVER_FORCED.includes(rule))) return undefined;
  const missing = rules.filter(({ rule }) => rule === "evaluation").map(({ set }) => set!);
  if (missing.length > 0) {
    const commands = missing.map(
      (set) =>
        `radlite evaluate ${version} --data DIR ${[STRESS, LOOKS].includes(set) ? `--${set}` : `--as ${set}`} --register`,
    );
    return `Judge it first: ${commands.join("; ")}.`;
  }
  return "An approver may promote it all the same with --force, and the history says so.";
}

const round = (figure: number): number => Number(figure.toFixed(4));
