/**
 * Shortcuts: traits of the files by which a network could tell the classes apart without a look at the lungs. A
 * trait is one where the whole 95% interval of its AUC lies beyond 0.8 (or below 0.2), from which on a test is
 * called excellent (Hosmer & Lemeshow, Applied Logistic Regression, 2nd ed., section 5.2.4).
 */
import type { Estimate } from "@radlite/model/statistics";
import { TRAITS, type Trait } from "./traits.ts";

const SHORTCUT_AUC = 0.8;

/** The fewest of either class: with fewer, one trait of several often seems to tell them apart by chance. */
export const MIN_IMAGES = 20;

/** Strongest first. */
export function findShortcuts(
  traits: Readonly<Record<Trait, { auc: Estimate }>>,
  images: readonly [normal: number, pneumonia: number],
): Trait[] {
  if (Math.min(...images) < MIN_IMAGES) return [];
  const isShortcut = (trait: Trait) => {
    const { low, high } = traits[trait].auc;
    return low >= SHORTCUT_AUC || high <= 1 - SHORTCUT_AUC;
  };
  const strength = (trait: Trait) => Math.abs(traits[trait].auc.value - 0.5);
  return TRAITS.filter(isShortcut).sort((a, b) => strength(b) - strength(a));
}
