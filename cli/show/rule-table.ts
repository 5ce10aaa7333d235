/** Policies as tables, and how a version meets one. */
import type { CheckedRule } from "@radlite/registry/commands";
import type { Policy } from "@radlite/registry/log";
import { formatTable } from "./output.ts";

const NAMES = {
  artifact: "its file is whole",
  operatingPoint: "it is sealed",
  notArchived: "it is not archived",
  evaluation: "it was evaluated",
  minimum: "", // by its figure
  maxAucDrop: "AUC below production's",
} as const satisfies Record<CheckedRule["rule"], string>;

export function formatRules(rules: readonly CheckedRule[]): string {
  return formatTable([["rule", "on", "limit", "actual", "passes"], ...rules.map(describeRule)]);
}

function describeRule({ rule, set, figure, bound, limit, actual, passes }: CheckedRule): string[] {
  const isShare = rule === "minimum" || rule === "maxAucDrop";
  const sign = rule === "minimum" ? ">=" : "<=";
  return [
    figure === undefined ? NAMES[rule] : nameFigure(figure, bound),
    set ?? "",
    isShare ? `${sign} ${limit}` : "",
    isShare ? (actual === undefined ? "-" : String(Number(actual.toFixed(4)))) : "",
    passes ? "yes" : "NO",
  ];
}

export function formatPolicy({ rules, maxAucDrop, dropOn }: Policy): string {
  return formatTable([
    ["rule", "on", "limit"],
    ...rules.map(({ set, figure, bound, min }) => [nameFigure(figure, bound), set, `>= ${min}`]),
    [NAMES.maxAucDrop, dropOn, `<= ${maxAucDrop}`],
  ]);
}

const nameFigure = (figure: string, bound: string | undefined): string =>
  bound === "low" ? `${figure}, lower end of its 95% interval` : figure;
