/** Rules of a policy in words, and a table of how a version meets them. */

import { Scroll } from "../shell/scroll.tsx";
import type { CheckedRule, Policy } from "./queries.ts";

export type Figure = Policy["rules"][number]["figure"];
export type Bound = Policy["rules"][number]["bound"];

export const FIGURES: Readonly<Record<Figure, string>> = {
  ACCURACY: "Accuracy",
  AUC: "AUC",
  BALANCED_ACCURACY: "Balanced accuracy",
  LOWEST_SENSITIVITY: "Lowest sensitivity under any change",
  LOWEST_SPECIFICITY: "Lowest specificity under any change",
  SENSITIVITY: "Sensitivity",
  SPECIFICITY: "Specificity",
};
export const BOUNDS: Readonly<Record<Bound, string>> = {
  LOW: "lower end of its 95% interval",
  VALUE: "measured value",
};

/** As in 0.9, 0.0125. */
export const plain = (value: number): string => String(Math.round(value * 1e4) / 1e4);

/** Without the minimum: `Specificity on stress, measured value`. */
export const inWords = ({ figure, set, bound }: Pick<Policy["rules"][number], "figure" | "set" | "bound">) =>
  `${FIGURES[figure]} on ${set}, ${BOUNDS[bound]}`;

type Rule = Omit<CheckedRule, "passes">;

export function nameRule({ rule, set, figure, bound }: Rule): string {
  switch (rule) {
    case "ARTIFACT":
      return "Its file is stored whole";
    case "OPERATING_POINT":
      return "It is sealed with a threshold of its own";
    case "NOT_ARCHIVED":
      return "It is not archived";
    case "EVALUATION":
      return `It was evaluated on ${set}`;
    case "MINIMUM":
      return inWords({ figure: figure!, set: set!, bound: bound! });
    case "MAX_AUC_DROP":
      return `AUC on ${set}: how far below that in production`;
    default:
      return rule satisfies never;
  }
}

/** What is asked for. */
function limitOf({ rule, limit }: Rule): string {
  if (rule === "MINIMUM") return `at least ${plain(limit)}`;
  return rule === "MAX_AUC_DROP" ? `at most ${plain(limit)}` : "yes";
}

function actualOf({ rule, actual }: Rule, passes: boolean): string {
  if (rule !== "MINIMUM" && rule !== "MAX_AUC_DROP") return actual === 1 ? "yes" : "no";
  if (actual !== null) return plain(actual);
  return passes ? "not on the same images" : "not evaluated there";
}

/** A rule that is broken, as one clause. */
export const brokenInWords = (rule: Rule): string =>
  `${nameRule(rule)}: ${limitOf(rule)} is asked for, ${actualOf(rule, false)} is there`;

export function RuleTable({ caption, rules }: { caption: string; rules: readonly CheckedRule[] }) {
  return (
    <Scroll label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Asked for</th>
            <th scope="col">There is</th>
            <th scope="col">Holds</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={nameRule(rule)} class={rule.passes ? undefined : "broken"}>
              <th scope="row" class="words">
                {nameRule(rule)}
              </th>
              <td>{limitOf(rule)}</td>
              <td>{actualOf(rule, rule.passes)}</td>
              <td>{rule.passes ? "yes" : "no"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
