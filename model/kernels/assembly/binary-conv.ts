/**
 * Convolution of signs: inputs and weights are -1 or +1, one bit each (1 stands for +1), packed along the
 * channels into words of 32. The sum of n products is n - 2·popcount(x xor w). A vector holds one word of four
 * output channels; eight channels and four pixels at a time. Byte counts are widened before they overflow.
 *
 * A packed value is a View whose pixels are ceil(channels / 32) words. Bits past the last channel are 0 in
 * inputs and weights alike, so they never count. A zero border stands for -1.
 * Weights [out / 4][kh][kw · words][4], out padded to eights.
 */
import { storeLanes } from "./arithmetic";
import { View } from "./view";

/** A word adds at most 8 to a byte, and a byte holds 255. */
const SAFE_WORDS = 31;

/**
 * bit = direction·x >= threshold. A BatchNorm before a sign folds into both: direction -1 turns the comparison
 * round, and 0 makes the bit constant. Thresholds and directions [channels] float, room to read three more.
 */
export function packSigns(x: View, thresholds: usize, directions: usize, y: View): void {
  for (let row = 0; row < x.height; row++) {
    for (let column = 0; column < x.width; column++) {
      const p = x.data + row * x.rowBytes + column * x.pixelBytes;
      const q = y.data + row * y.rowBytes + column * y.pixelBytes;
      for (let c = 0; c < x.channels; c += 8) {
        const bits =
          compareFour(p, thresholds, directions, c << 2) |
          (compareFour(p, thresholds, directions, (c << 2) + 16) << 4);
        const count = x.channels - c;
        store<u8>(q + (c >> 3), count < 8 ? bits & ((1 << count) - 1) : bits);
      }
    }
  }
}

/**
 * With `thresholds`, packed signs of the sums: bit = direction·sum >= threshold, both [out] as 32-bit integers,
 * padded to eights with a direction of 0 and a threshold of 1, which gives 0. Without (0), the sums themselves as
 * floats, which hold them exactly: y[h, w, out] = Σ x·w.
 */
export function binaryConv(
  x: View,
  weights: usize,
  thresholds: usize,
  directions: usize,
  y: View,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
): void {
  const count = i32x4.splat(kernelHeight * kernelWidth * x.channels);
  const runBytes = kernelWidth * x.pixelBytes;
  const blockBytes = (kernelHeight * runBytes) << 2; // of four output channels
  const xStep = strideX * x.pixelBytes;
  const width = y.width;

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
        const yFirst = y.data + row * y.rowBytes + column * y.pixelBytes;
        finish(yFirst, t00, t01, count, thresholds, directions, out, y.channels);
        finish(yFirst + second * y.pixelBytes, t10, t11, count, thresholds, directions, out, y.channels);
        finish(yFirst + third * y.pixelBytes, t20, t21, count, thresholds, directions, out, y.channels);
        finish(yFirst + fourth * y.pixelBytes, t30, t31, count, thresholds, directions, out, y.channels);
      }
    }
  }
}

/** Adds to each of four totals the four bytes of its lane. */
function addBytes(totals: v128, bytes: v128): v128 {
  return i32x4.add(totals, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
}

/** Eight channels of one pixel from their popcounts: a byte of signs where there are thresholds, else floats. */
function finish(
  pixel: usize,
  popcounts0: v128,
  popcounts1: v128,
  count: v128,
  thresholds: usize,
  directions: usize,
  out: i32,
  channels: i32,
): void {
  const sums0 = i32x4.sub(count, i32x4.shl(popcounts0, 1));
  const sums1 = i32x4.sub(count, i32x4.shl(popcounts1, 1));
  if (thresholds) {
    const t = thresholds + (out << 2);
    const d = directions + (out << 2);
    const bits0 = i32x4.bitmask(i32x4.ge_s(i32x4.mul(sums0, v128.load(d)), v128.load(t)));
    const bits1 = i32x4.bitmask(i32x4.ge_s(i32x4.mul(sums1, v128.load(d, 16)), v128.load(t, 16)));
    store<u8>(pixel + (out >> 3), bits0 | (bits1 << 4));
    return;
  }
  const address = pixel + (out << 2);
  const floats0 = f32x4.convert_i32x4_s(sums0);
  const floats1 = f32x4.convert_i32x4_s(sums1);
  const lanes = channels - out;
  if (lanes >= 4) v128.store(address, floats0);
  else storeLanes(address, floats0, lanes);
  if (lanes >= 8) v128.store(address, floats1, 16);
  else if (lanes > 4) storeLanes(address + 16, floats1, lanes - 4);
}

function compareFour(x: usize, thresholds: usize, directions: usize, offset: usize): i32 {
  const turned = f32x4.mul(v128.load(x + offset), v128.load(directions + offset));
  return i32x4.bitmask(f32x4.ge(turned, v128.load(thresholds + offset)));
}
