/** How far the logits of two networks lie apart: the root mean square of their differences, case by case. */
export function measureDrift(logits: Float32Array, target: Float32Array): number {
  const squares = logits.reduce((sum, logit, at) => sum + (logit - target[at]!) ** 2, 0);
  return Math.sqrt(squares / logits.length);
}
