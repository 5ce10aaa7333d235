/**
 * Convolution of signs: inputs and weights are -1 or +1, one bit each (1 stands for +1), packed along the
 * channels into words of 32. The sum of n products is n - 2·popcount(x xor w). A vector holds one word of four
 * output channels; eight channels and four pixels at a time. Byte counts are widened before they overflow.
 *
 * A packed value is a View whose pixels are ceil(channels / 32) words. Bits past the last channel are 0 in
 * inputs and weights alike, so they never count. A zero border stands for -1.
 * Weights [out / 4][kh][kw · words][4], out padded to eights.
 */
import { clamp, storeLanes } from "./arithmetic";
import { View } from "./view";

/** A word adds at most 8 to a byte, and a byte holds 255. */
const SAFE_WORDS = 31;

/**
 * y = clamp(factor·sum + offset + addend, low, high), sum = Σ x·w: factors and offsets [out], padded to eights;
 * `addend` has the shape of y, may be null and must not share memory with y.
 * With `isSigns` packed signs instead: bit = direction·sum >= threshold, with directions as `factors` and thresholds
 * as `offsets`, 32-bit integers; they are padded with a direction of 0 and a threshold of 1, which gives 0.
 */
export function binaryConv(
  x: View,
  weights: usize,
  factors: usize,
  offsets: usize,
  addend: View | null,
  y: View,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  isSigns: bool,
  low: f32,
  high: f32,
): void {
  const count = i32x4.splat(kernelHeight * kernelWidth * x.channels);
  const runBytes = kernelWidth * x.pixelBytes;
  const blockBytes = (kernelHeight * runBytes) << 2; // of four output channels
  const xStep = strideX * x.pixelBytes;
  const width = y.width;
  const aStep = addend ? addend.pixelBytes : 0;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);

  for (let row = 0; row < y.height; row++) {
    const xRow = x.data + (row * strideY - top) * x.rowBytes - left * x.pixelBytes;
    for (let out = 0; out < y.channels; out += 8) {
      const block = weights + (out >> 2) * blockBytes;
      for (let column = 0; column < width; column += 4) {
        // The last tile is shifted back over pixels already done; a row of less than four repeats its last one.
        if (column > width - 4) column = max(width - 4, 0);
        const second = min(1, width - 1);
        const third = min(2, width - 1);
        const fourth = min(3, width - 1);
        const p = xRow + column * xStep;
        let t00 = i32x4.splat(0);
        let t01 = t00;
        let t10 = t00;
        let t11 = t00;
        let t20 = t00;
        let t21 = t00;
        let t30 = t00;
        let t31 = t00;
        let w = block;
        let s00 = i8x16.splat(0);
        let s01 = s00;
        let s10 = s00;
        let s11 = s00;
        let s20 = s00;
        let s21 = s00;
        let s30 = s00;
        let s31 = s00;
        let room = SAFE_WORDS;
        for (let ky = 0; ky < kernelHeight; ky++) {
          let q0 = p + ky * x.rowBytes;
          let q1 = q0 + second * xStep;
          let q2 = q0 + third * xStep;
          let q3 = q0 + fourth * xStep;
          const rowEnd = q0 + runBytes;
          while (q0 < rowEnd) {
            const end = min(rowEnd, q0 + (room << 2));
            room -= <i32>(end - q0) >> 2;
            while (q0 < end) {
              const w0 = v128.load(w);
              const w1 = v128.load(w + blockBytes);
              const v0 = v128.load32_splat(q0);
              s00 = i8x16.add(s00, i8x16.popcnt(v128.xor(v0, w0)));
              s01 = i8x16.add(s01, i8x16.popcnt(v128.xor(v0, w1)));
              const v1 = v128.load32_splat(q1);
              s10 = i8x16.add(s10, i8x16.popcnt(v128.xor(v1, w0)));
              s11 = i8x16.add(s11, i8x16.popcnt(v128.xor(v1, w1)));
              const v2 = v128.load32_splat(q2);
              s20 = i8x16.add(s20, i8x16.popcnt(v128.xor(v2, w0)));
              s21 = i8x16.add(s21, i8x16.popcnt(v128.xor(v2, w1)));
              const v3 = v128.load32_splat(q3);
              s30 = i8x16.add(s30, i8x16.popcnt(v128.xor(v3, w0)));
              s31 = i8x16.add(s31, i8x16.popcnt(v128.xor(v3, w1)));
              w += 16;
              q0 += 4;
              q1 += 4;
              q2 += 4;
              q3 += 4;
            }
            if (room > 0 && (q0 < rowEnd || ky < kernelHeight - 1)) continue;
            t00 = addBytes(t00, s00);
            t01 = addBytes(t01, s01);
            t10 = addBytes(t10, s10);
            t11 = addBytes(t11, s11);
            t20 = addBytes(t20, s20);
            t21 = addBytes(t21, s21);
            t30 = addBytes(t30, s30);
            t31 = addBytes(t31, s31);
            s00 = i8x16.splat(0);
            s01 = s00;
            s10 = s00;
            s11 = s00;
            s20 = s00;
            s21 = s00;
            s30 = s00;
            s31 = s00;
            room = SAFE_WORDS;
          }
        }
        const y0 = y.data + row * y.rowBytes + column * y.pixelBytes;
        const y1 = y0 + second * y.pixelBytes;
        const y2 = y0 + third * y.pixelBytes;
        const y3 = y0 + fourth * y.pixelBytes;
        const f = factors + (out << 2);
        const o = offsets + (out << 2);
        if (isSigns) {
          const at = out >> 3;
          store<u8>(y0 + at, signsOf(t00, t01, count, f, o));
          store<u8>(y1 + at, signsOf(t10, t11, count, f, o));
          store<u8>(y2 + at, signsOf(t20, t21, count, f, o));
          store<u8>(y3 + at, signsOf(t30, t31, count, f, o));
          continue;
        }
        const lanes = y.channels - out;
        const at = out << 2;
        const a0 = addend ? addend.data + row * addend.rowBytes + column * aStep + at : 0;
        const a1 = addend ? a0 + second * aStep : 0;
        const a2 = addend ? a0 + third * aStep : 0;
        const a3 = addend ? a0 + fourth * aStep : 0;
        const factor0 = v128.load(f);
        const offset0 = v128.load(o);
        storeFour(y0 + at, finish(t00, count, factor0, offset0, a0, lows, highs), lanes);
        storeFour(y1 + at, finish(t10, count, factor0, offset0, a1, lows, highs), lanes);
        storeFour(y2 + at, finish(t20, count, factor0, offset0, a2, lows, highs), lanes);
        storeFour(y3 + at, finish(t30, count, factor0, offset0, a3, lows, highs), lanes);
        if (lanes <= 4) continue;
        const factor1 = v128.load(f, 16);
        const offset1 = v128.load(o, 16);
        const next = at + 16;
        const more = addend ? 16 : 0;
        storeFour(y0 + next, finish(t01, count, factor1, offset1, a0 + more, lows, highs), lanes - 4);
        storeFour(y1 + next, finish(t11, count, factor1, offset1, a1 + more, lows, highs), lanes - 4);
        storeFour(y2 + next, finish(t21, count, factor1, offset1, a2 + more, lows, highs), lanes - 4);
        storeFour(y3 + next, finish(t31, count, factor1, offset1, a3 + more, lows, highs), lanes - 4);
      }
    }
  }
}

/** Adds to each of four totals the four bytes of its lane. */
function addBytes(totals: v128, bytes: v128): v128 {
  return i32x4.add(totals, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
}

function sumsOf(popcounts: v128, count: v128): v128 {
  return i32x4.sub(count, i32x4.shl(popcounts, 1));
}

/** The signs of eight channels of one pixel. */
function signsOf(popcounts0: v128, popcounts1: v128, count: v128, directions: usize, thresholds: usize): i32 {
  const turned0 = i32x4.mul(sumsOf(popcounts0, count), v128.load(directions));
  const turned1 = i32x4.mul(sumsOf(popcounts1, count), v128.load(directions, 16));
  const bits0 = i32x4.bitmask(i32x4.ge_s(turned0, v128.load(thresholds)));
  const bits1 = i32x4.bitmask(i32x4.ge_s(turned1, v128.load(thresholds, 16)));
  return bits0 | (bits1 << 4);
}

/** Four channels of one pixel as floats; `addend` 0 for none. */
function finish(
  popcounts: v128,
  count: v128,
  factor: v128,
  offset: v128,
  addend: usize,
  low: v128,
  high: v128,
): v128 {
  const scaled = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sumsOf(popcounts, count)), factor), offset);
  return clamp(addend ? f32x4.add(scaled, v128.load(addend)) : scaled, low, high);
}

function storeFour(address: usize, x: v128, lanes: i32): void {
  if (lanes >= 4) v128.store(address, x);
  else storeLanes(address, x, lanes);
}
