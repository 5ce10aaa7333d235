/**
 * Weights of a layer that computes on signs. What learns are latent weights in [-1, 1]; what computes, while training
 * as in the frozen network, is plus or minus one magnitude a filter:
 *   w' = alpha sign(w),  alpha = mean |w| over the filter, rounded to float16,  sign(0) = +1
 * Rastegari et al., "XNOR-Net", ECCV 2016 (https://arxiv.org/abs/1603.05279), section 3.1: the alpha that brings
 * alpha sign(w) nearest to w.
 */
import { roundToFloat16 } from "@radlite/model/format";

/** Below it a filter of all zeros would have no magnitude: the smallest float16 that keeps all its bits. */
const SMALLEST_ALPHA = 2 ** -14;

/** The alpha of each filter, exact in float16. `latent` has the filter as its fastest index. */
export function measureFilters(latent: Float32Array, filters: number): Float32Array {
  const sums = new Float64Array(filters);
  latent.forEach((weight, at) => {
    sums[at % filters]! += Math.abs(weight);
  });
  const alphas = sums.map((sum) => Math.max((sum * filters) / latent.length, SMALLEST_ALPHA));
  return roundToFloat16(Float32Array.from(alphas));
}

/** alpha sign(w) for every weight. */
export function binariseFilters(latent: Float32Array, filters: number): Float32Array {
  const alphas = measureFilters(latent, filters);
  return latent.map((weight, at) => (weight >= 0 ? alphas[at % filters]! : -alphas[at % filters]!));
}

/**
 * After each step of training, in place: w is centred over the input channels, so that signs stay balanced, and
 * clamped to [-1, 1], beyond which no gradient passes. `shape` is [kh, kw, in, out].
 */
export function confineLatents(latent: Float32Array, shape: readonly number[]): void {
  const [inputs, filters] = shape.slice(-2) as [number, number];
  for (let tap = 0; tap < latent.length; tap += inputs * filters) {
    for (let filter = 0; filter < filters; filter++) {
      let sum = 0;
      for (let input = 0; input < inputs; input++) sum += latent[tap + input * filters + filter]!;
      for (let input = 0; input < inputs; input++) {
        const at = tap + input * filters + filter;
        latent[at] = Math.min(1, Math.max(-1, latent[at]! - sum / inputs));
      }
    }
  }
}
