/**
 * What the study asks of a network beside its accuracy: ordinary validation as it is, and under each change of the
 * evaluation set `stress`; and with borders.
 */
import type { Changes } from "../../training/data/augment/index.ts";
import { STRESS_CHANGES } from "../../training/evaluation/stress.ts";

export const STRESSES = { unchanged: {}, ...STRESS_CHANGES } as const;

const bars = (level: number) => ({ border: { left: 0.02, top: 0.02, right: 0.02, bottom: 0.02, level } });

/** 2% of the side at each edge: what scanners, viewers and screenshots leave. Beside the nine, which stay as they are. */
export const BORDERED = {
  "black border": bars(0),
  "white border": bars(255),
} as const satisfies Record<string, Partial<Changes>>;

export type Stress = keyof typeof STRESSES;
export type Bordered = keyof typeof BORDERED;
export type Stressed = Record<Stress, [specificity: number, sensitivity: number]>;

export const CHANGES: Record<Stress | Bordered, Partial<Changes>> = { ...STRESSES, ...BORDERED };
