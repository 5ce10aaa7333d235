/**
 * Whose look a picture takes on: first a group of like looks is drawn, all of them equally likely, then a picture of
 * it, so that rare looks are seen as often as common ones.
 */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { GroupsRecipe } from "../../recipes/recipe.ts";
import { drawUniform } from "../random.ts";

export interface OtherLook {
  /** The picture whose look it is. */
  row: number;
  /** From 0 to 1, as `retone` takes it. */
  strength: number;
}

/** Rows by the group and the class that they are of. */
export interface Looks {
  labels: Uint8Array;
  /** [groups][rows], of either class. */
  any: number[][];
  /** [class][groups][rows] */
  ofClass: [normal: number[][], pneumonia: number[][]];
}

/** At less the look would hardly change. */
const WEAKEST = 0.5;

export function listLooks(groups: Uint8Array, labels: Uint8Array): Looks {
  const collect = (label?: number): number[][] => {
    const rows: number[][] = Array.from({ length: Math.max(0, ...groups) + 1 }, () => []);
    groups.forEach((group, row) => {
      if (label === undefined || labels[row] === label) rows[group]!.push(row);
    });
    return rows.filter((group) => group.length > 0);
  };
  return { labels, any: collect(), ofClass: [collect(0), collect(1)] };
}

/** `undefined`: the picture keeps its own. Every number is drawn, needed or not. */
export function drawOtherLook(
  row: number,
  { chance, towards }: NonNullable<GroupsRecipe["retone"]>,
  looks: Looks,
  random: RandomGenerator,
): OtherLook | undefined {
  const isChanged = drawUniform(random, 0, 1) < chance;
  const strength = drawUniform(random, WEAKEST, 1);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(drawUniform(random, 0, items.length))]!;
  const from = towards === "any" ? looks.any : looks.ofClass[looks.labels[row] === 1 ? 0 : 1];
  const other = pick(pick(from));
  return isChanged && other !== row ? { row: other, strength } : undefined;
}
