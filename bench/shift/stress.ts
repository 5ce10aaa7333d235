/**
 * What the study asks of a network beside its accuracy: ordinary validation as it is, and under the changes of the
 * evaluation set `stress` that a network meets in the picture itself. Borders, which an input recipe can cut away, came
 * to the set after the study.
 */
import { STRESS_CHANGES } from "../../training/evaluation/stress.ts";

const { "black-border": _black, "white-border": _white, ...OF_THE_PICTURE } = STRESS_CHANGES;

export const STRESSES = { unchanged: {}, ...OF_THE_PICTURE } as const;

export type Stress = keyof typeof STRESSES;
export type Stressed = Record<Stress, [specificity: number, sensitivity: number]>;
