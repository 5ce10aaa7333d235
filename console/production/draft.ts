/** A policy while it is being written: numbers are still text, and may be none. */
import type { Policy, PolicyInput } from "./queries.ts";
import type { Bound, Figure } from "./rules.tsx";

export interface DraftRule {
  /** Tells rows apart while they come and go. */
  key: number;
  set: string;
  figure: Figure;
  bound: Bound;
  min: string;
}

export interface Draft {
  rules: readonly DraftRule[];
  dropOn: string;
  maxAucDrop: string;
}

export function toDraft({ rules, dropOn, maxAucDrop }: Policy): Draft {
  return {
    rules: rules.map(({ set, figure, bound, min }, key) => ({ key, set, figure, bound, min: String(min) })),
    dropOn,
    maxAucDrop: String(maxAucDrop),
  };
}

/** With a rule more. */
export function addRule(draft: Draft, set: string): Draft {
  const key = 1 + Math.max(-1, ...draft.rules.map((rule) => rule.key));
  return { ...draft, rules: [...draft.rules, { key, set, figure: "AUC", bound: "LOW", min: "0.9" }] };
}

/** Undefined while a number is none from 0 to 1. */
export function toPolicy({ rules, dropOn, maxAucDrop }: Draft): PolicyInput | undefined {
  const numbers = [maxAucDrop, ...rules.map(({ min }) => min)];
  if (!numbers.every(isShare)) return undefined;
  return {
    rules: rules.map(({ set, figure, bound, min }) => ({ set, figure, bound, min: Number(min) })),
    dropOn,
    maxAucDrop: Number(maxAucDrop),
  };
}

export const isShare = (text: string): boolean =>
  text.trim() !== "" && Number(text) >= 0 && Number(text) <= 1;
