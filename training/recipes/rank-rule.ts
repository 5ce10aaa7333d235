/** How a recipe says which ranks a factored layer keeps; what each rule means: compression/low-rank/rank.ts. */
import { RadliteError } from "@radlite/model/errors";

export type RankRule = { kind: "energy"; share: number } | { kind: "vbmf" };

export const RANK_RULE_TEXT = "vbmf, or energy: with a share above 0 and up to 1, such as energy:0.9";

/** Errors: BAD_INPUT. */
export function parseRankRule(written: string): RankRule {
  if (written === "vbmf") return { kind: "vbmf" };
  const share = Number(/^energy:(\d*\.?\d+)$/.exec(written)?.[1]);
  if (share > 0 && share <= 1) return { kind: "energy", share };
  throw new RadliteError("BAD_INPUT", `The rule of ranks is "${written}"; allowed: ${RANK_RULE_TEXT}.`);
}

export function formatRankRule(rule: RankRule): string {
  return rule.kind === "vbmf" ? "vbmf" : `energy:${rule.share}`;
}
