/**
 * IEEE 754 half precision: numbers to 16 bits, nearest and ties to even, and back. Exact in both directions
 * for every half; conversions of whole arrays are fast enough for tens of millions of weights.
 */
const SIGN = 0x8000;
const INFINITY_BITS = 0x7c00;
const NAN_BITS = 0x7e00;
const MAX_FLOAT16 = 65504;

/** Patterns of float32: 2^-14, the smallest normal half · 2^16, beyond all halves · infinity. */
const SMALLEST_NORMAL = 0x38800000;
const TOO_LARGE = 0x47800000;
const FLOAT32_INFINITY = 0x7f800000;

/** Difference of the exponents' biases (127 - 15) in a float32 pattern, and of the fractions' lengths (23 - 10). */
const BIAS_DIFFERENCE = 112 << 23;
const DROPPED_BITS = 13;

const SUBNORMALS_PER_UNIT = 2 ** 24;
/** Adding and subtracting it rounds a small double to a whole number, ties to even. */
const ROUNDING = 2 ** 52;

const float32 = new Float32Array(1);
const pattern = new Uint32Array(float32.buffer);
/** 2^(exponent - 15 - 10) by exponent: what one unit of a half's fraction is worth. */
const UNIT_BY_EXPONENT = Float64Array.from(
  { length: 31 },
  (_, exponent) => 2 ** (Math.max(exponent, 1) - 25),
);

/** The pattern of the nearest half; beyond the largest by half a unit or more it is an infinity. */
export function toFloat16Bits(value: number): number {
  float32[0] = value;
  const bits = pattern[0]!;
  const sign = (bits >>> 16) & SIGN;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= TOO_LARGE) return sign | (magnitude > FLOAT32_INFINITY ? NAN_BITS : INFINITY_BITS);
  if (magnitude < SMALLEST_NORMAL)
    return sign | (Math.abs(float32[0]!) * SUBNORMALS_PER_UNIT + ROUNDING - ROUNDING);
  const rebased = magnitude - BIAS_DIFFERENCE;
  const isOdd = (rebased >> DROPPED_BITS) & 1;
  return sign | ((rebased + 0xfff + isOdd) >> DROPPED_BITS);
}

export function fromFloat16Bits(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & SIGN ? -1 : 1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction : fraction + 0x400) * UNIT_BY_EXPONENT[exponent]!;
}

/**
 * The nearest half of every value, ties to even, as a new array; values beyond ±65504 become ±65504, since a
 * network has no infinite weights.
 */
export function roundToFloat16(values: Float32Array): Float32Array {
  return values.map((value) =>
    fromFloat16Bits(toFloat16Bits(Math.min(Math.max(value, -MAX_FLOAT16), MAX_FLOAT16))),
  );
}

/** Where the first value is that no half equals, or -1. */
export function findInexactFloat16(values: Float32Array): number {
  return values.findIndex((value) => fromFloat16Bits(toFloat16Bits(value)) !== value);
}
