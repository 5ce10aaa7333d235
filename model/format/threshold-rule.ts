/**
 * A threshold rule as text, the form in which recipes, evaluations and people write it: `half`, `youden` or
 * `sensitivity:0.95`. `formatThresholdRule` writes what `parseThresholdRule` reads.
 */
import { RadliteError } from "@radlite/model/errors";
import type { ThresholdRule } from "./sealed.ts";

/** A target is sealed as float32, which carries seven significant digits. */
const TARGET_DIGITS = 7;

/** The text of a rule; a target that went through float32 comes back as it was first written. */
export function formatThresholdRule(rule: ThresholdRule): string {
  if (rule.kind !== "sensitivity") return rule.kind;
  return `sensitivity:${Number(rule.target.toPrecision(TARGET_DIGITS))}`;
}

/**
 * The rule that a text means.
 * @throws BAD_INPUT for any other text, or a target sensitivity outside (0, 1].
 */
export function parseThresholdRule(text: string): ThresholdRule {
  if (text === "half" || text === "youden") return { kind: text };
  const target = /^sensitivity:(0?\.\d{1,6}|1(?:\.0{1,6})?)$/.exec(text)?.[1];
  if (target !== undefined && Number(target) > 0) return { kind: "sensitivity", target: Number(target) };
  throw new RadliteError(
    "BAD_INPUT",
    `threshold rule is "${text}", expected "half", "youden" or "sensitivity:" with a target above 0 and up to 1, with at most six decimals, such as "sensitivity:0.95"`,
  );
}
