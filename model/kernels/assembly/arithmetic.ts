/**
 * Four floats at a time. Kernels read whole vectors past the last channel (the host leaves room behind the
 * last buffer) and write only the lanes that exist.
 */

/** a·b + c; one rounding in the relaxed build, two in the plain one. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** min(max(x, low), high); a NaN stays one. */
export function clamp(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/** Stores the first `lanes` (1 to 3) of four floats. */
export function storeLanes(address: usize, x: v128, lanes: i32): void {
  f32.store(address, f32x4.extract_lane(x, 0));
  if (lanes > 1) f32.store(address, f32x4.extract_lane(x, 1), 4);
  if (lanes > 2) f32.store(address, f32x4.extract_lane(x, 2), 8);
}

/** ln 2 in two parts: the first has 9 zero bits at its end, so that whole multiples up to 128 are exact. */
const LN2_HIGH: f32 = 0.693145751953125;
const LN2_LOW: f32 = 1.428606765330187e-6;
const LOG2_E: f32 = Mathf.LOG2E;
/** Beyond these e^x leaves the range of normal floats. */
const LARGEST: f32 = 88;
const SMALLEST: f32 = -87;

/** e^x to 2e-7, x taken as within [-87, 88]: 2^n · e^r with |r| <= ln 2 / 2, e^r by its series. */
export function exponential(x: v128): v128 {
  x = clamp(x, f32x4.splat(SMALLEST), f32x4.splat(LARGEST));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(LOG2_E)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let sum = f32x4.splat(1.0 / 5040.0);
  sum = multiplyAdd(sum, r, f32x4.splat(1.0 / 720.0));
  sum = multiplyAdd(sum, r, f32x4.splat(1.0 / 120.0));
  sum = multiplyAdd(sum, r, f32x4.splat(1.0 / 24.0));
  sum = multiplyAdd(sum, r, f32x4.splat(1.0 / 6.0));
  sum = multiplyAdd(sum, r, f32x4.splat(0.5));
  sum = multiplyAdd(sum, r, f32x4.splat(1));
  sum = multiplyAdd(sum, r, f32x4.splat(1));
  const exponent = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127));
  return f32x4.mul(sum, i32x4.shl(exponent, 23));
}
