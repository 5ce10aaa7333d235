/**
 * Intervals where every radiograph is judged several times over, each time changed: such cases say no more about
 * other radiographs than one case of each would, so an interval is as wide as the radiographs allow.
 */
import type { Estimate } from "./estimate.ts";
import { scoreInterval } from "./wilson.ts";

/** Wilson's interval of `right` of `cases`, which are cases / repeats radiographs. */
export function estimateRepeated(right: number, cases: number, repeats: number): Estimate {
  return scoreInterval(right / cases, cases / repeats);
}

/** An interval in [0, 1] that was made as if all cases were radiographs of their own. */
export function widenInterval({ value, low, high }: Estimate, repeats: number): Estimate {
  const root = Math.sqrt(repeats);
  return {
    value,
    low: Math.max(0, value - root * (value - low)),
    high: Math.min(1, value + root * (high - value)),
  };
}
