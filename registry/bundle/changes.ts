/**
 * Changed radiographs in an evaluation: each case may carry the name of what was done to its radiograph before the
 * file saw it. A set with changes holds the same radiographs under every one, so that the changes compare.
 */
import { RadliteError } from "@radlite/model/errors";
import { digestImages } from "./digest.ts";
import type { EvaluationCase } from "./evaluation.ts";

/** In the order in which they first occur; a set without changes is one group. */
export function groupByChange<Case extends Pick<EvaluationCase, "change">>(
  cases: readonly Case[],
): Map<string | undefined, Case[]> {
  const groups = new Map<string | undefined, Case[]>();
  for (const one of cases) {
    const group = groups.get(one.change);
    if (group) group.push(one);
    else groups.set(one.change, [one]);
  }
  return groups;
}

/** @throws BAD_INPUT when a radiograph shows one thing under one change and another under another. */
export function requireOneLabelAnImage(
  cases: readonly Pick<EvaluationCase, "sha256" | "label" | "change">[],
): void {
  const labels = new Map<string, string>();
  for (const { sha256, label, change } of cases) {
    if (change === undefined) continue;
    const first = labels.get(sha256) ?? label;
    if (first !== label) {
      throw new RadliteError(
        "BAD_INPUT",
        `radiograph ${sha256} is ${label} under the change ${change}, but ${first} elsewhere: expected one label`,
      );
    }
    labels.set(sha256, first);
  }
}

/**
 * Which images a set holds, each counted once however often it was changed: that of `stress` is the digest of the
 * validation images that it was made from.
 * @throws BAD_INPUT when one change was made to other images than the rest.
 */
export function digestCases(cases: readonly Pick<EvaluationCase, "sha256" | "change">[]): string {
  const digests = [...groupByChange(cases)].map(([change, group]) => [change, digestImages(group)] as const);
  const other = digests.find(([, digest]) => digest !== digests[0]![1]);
  if (other) {
    throw new RadliteError(
      "BAD_INPUT",
      `change ${other[0] ?? "(none)"}: expected the same radiographs as under ${digests[0]![0] ?? "(none)"}, each as often`,
    );
  }
  return digests[0]?.[1] ?? digestImages([]);
}
