/**
 * The lists of changes that `stress` is made with. A policy asks figures of `stress`, so a set of that name that was
 * changed in fewer ways, or in none, would let pass what the policy is there to refuse.
 */
import { RadliteError } from "@radlite/model/errors";
import { groupByChange } from "./changes.ts";
import type { Evaluation } from "./evaluation.ts";
import { STRESS } from "./sets.ts";

const FIRST_NINE = [
  "width-x-0-8",
  "width-x-1-25",
  "size-x-0-8",
  "size-x-1-25",
  "gamma-0-6",
  "gamma-1-6",
  "blurred",
  "half-the-pixels",
  "noise",
];

/**
 * Names of the changes by the digest of the list, the oldest first: an older list stays, since evaluations were made
 * with it, and they count until there is one of a newer list.
 */
export const STRESS_LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["303b01064f365491a32cb84b633716b3144f436c83ae094e854b3ad7067d7761", FIRST_NINE],
  [
    "ba16d26c4018a8f727c38b1ffa5d19e807c1b1b5110bb807d1d91914f389d37e",
    [...FIRST_NINE, "black-border", "white-border"],
  ],
]);

/** Whether the one list replaced the other; lists that nobody knows here have no order. */
export function isNewerList(list: string | undefined, other: string | undefined): boolean {
  const lists = [...STRESS_LISTS.keys()];
  const [at, otherAt] = [lists.indexOf(list ?? ""), lists.indexOf(other ?? "")];
  return otherAt >= 0 && at > otherAt;
}

/** @throws BAD_INPUT for an evaluation on `stress` that was not made under every change of such a list. */
export function requireStressChanges({ set, changes, cases }: Evaluation): void {
  if (set !== STRESS) return;
  const expected = STRESS_LISTS.get(changes ?? "");
  const names = [...groupByChange(cases).keys()];
  if (expected && names.length === expected.length && expected.every((name) => names.includes(name))) return;
  const which = expected
    ? `the changes ${expected.join(", ")}, each of them`
    : `changes of the list ${[...STRESS_LISTS.keys()].join(" or ")}`;
  const came = changes === undefined ? "no changes" : `${names.join(", ")} of the list ${changes}`;
  throw new RadliteError(
    "BAD_INPUT",
    `evaluation on ${STRESS}: expected ${which}, got ${came}. "radlite evaluate MODEL --data DIR --stress" makes it; another set of changed radiographs has another name`,
  );
}
