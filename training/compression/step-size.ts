/**
 * Uniform quantisation with a learned step, over plain arrays. Esser et al., "Learned Step Size Quantization",
 * ICLR 2020 (https://arxiv.org/abs/1902.08153); b bits, levels from -Qn = -2^(b-1) to Qp = 2^(b-1) - 1:
 *   k = round(clip(w / s, -Qn, Qp)),  w' = k s
 * Gradients, rounding passing straight through:
 *   dw'/dw = 1 where -Qn < w / s < Qp, else 0
 *   dw'/ds = k - w / s where -Qn < w / s < Qp, else k (that is -Qn or Qp)
 */
export interface LevelRange {
  lowest: number;
  highest: number;
}

/** `bits` from 2 on. */
export function spanLevels(bits: number): LevelRange {
  return { lowest: -(2 ** (bits - 1)), highest: 2 ** (bits - 1) - 1 };
}

const CANDIDATES = 64;

/**
 * The step to start from: of `CANDIDATES` that share out the largest weight's magnitude, the one that rounds with
 * the least squared error (Bhalgat et al., "LSQ+", 2020; at 8 bits the paper's 2 mean|w| / sqrt(Qp) leaves most
 * levels unused). 1 where all weights are zero.
 */
export function startStep(values: Float32Array, range: LevelRange): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 1;
  const steps = Array.from(
    { length: CANDIDATES },
    (_, at) => ((at + 1) / CANDIDATES) * (largest / range.highest),
  );
  const errors = steps.map((step) => measureError(values, step, range));
  return steps[errors.indexOf(Math.min(...errors))]!;
}

function measureError(values: Float32Array, step: number, range: LevelRange): number {
  const levels = findLevels(values, step, range);
  return values.reduce((sum, value, at) => sum + (value - levels[at]! * step) ** 2, 0);
}

/** k of each weight. */
export function findLevels(values: Float32Array, step: number, { lowest, highest }: LevelRange): Int16Array {
  return Int16Array.from(values, (value) => Math.round(Math.min(Math.max(value / step, lowest), highest)));
}

/** Gradient in w' -> gradients in the weights and in the step, the latter summed in double precision. */
export function passGradients(
  gradient: Float32Array,
  values: Float32Array,
  step: number,
  range: LevelRange,
): { values: Float32Array; step: number } {
  const levels = findLevels(values, step, range);
  const passed = new Float32Array(gradient.length);
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) {
    const ratio = values[i]! / step;
    const isInside = ratio > range.lowest && ratio < range.highest;
    if (isInside) passed[i] = gradient[i]!;
    sum += gradient[i]! * (isInside ? levels[i]! - ratio : levels[i]!);
  }
  return { values: passed, step: sum };
}
