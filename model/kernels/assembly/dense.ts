/**
 * Convolution of 1x1 over pixels without gaps between their rows: a product of matrices, [pixels, in] by [in, out],
 * four pixels by eight output channels at a time. What `conv` does, without finding pixels one by one: with few
 * input channels that takes longer than the products. The last tile is shifted back over pixels already done.
 */
import { clamp, multiplyAdd, storeLanes } from "./arithmetic";
import { View } from "./view";

/**
 * y = clamp(bias + x · weights + addend, low, high), of four pixels or more. Weights [out / 8][in][8]; `addend` has
 * the shape of y, may be null and must not share memory with y.
 */
export function dense(
  x: View,
  weights: usize,
  bias: usize,
  addend: View | null,
  y: View,
  low: f32,
  high: f32,
): void {
  const pixels = x.height * x.width;
  const xStep = x.pixelBytes;
  const yStep = y.pixelBytes;
  const aStep = addend ? addend.pixelBytes : 0;
  const blockBytes = x.channels << 5;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let out = 0; out < y.channels; out += 8) {
    const lanes = y.channels - out;
    const block = weights + (out >> 3) * blockBytes;
    const end = block + blockBytes;
    const bias0 = v128.load(bias + (out << 2));
    const bias1 = v128.load(bias + (out << 2), 16);
    for (let pixel = 0; pixel < pixels; pixel += 4) {
      pixel = min(pixel, pixels - 4);
      let q0 = x.data + pixel * xStep;
      let q1 = q0 + xStep;
      let q2 = q1 + xStep;
      let q3 = q2 + xStep;
      let s00 = bias0;
      let s01 = bias1;
      let s10 = bias0;
      let s11 = bias1;
      let s20 = bias0;
      let s21 = bias1;
      let s30 = bias0;
      let s31 = bias1;
      let w = block;
      while (w < end) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        const v0 = v128.load32_splat(q0);
        s00 = multiplyAdd(v0, w0, s00);
        s01 = multiplyAdd(v0, w1, s01);
        const v1 = v128.load32_splat(q1);
        s10 = multiplyAdd(v1, w0, s10);
        s11 = multiplyAdd(v1, w1, s11);
        const v2 = v128.load32_splat(q2);
        s20 = multiplyAdd(v2, w0, s20);
        s21 = multiplyAdd(v2, w1, s21);
        const v3 = v128.load32_splat(q3);
        s30 = multiplyAdd(v3, w0, s30);
        s31 = multiplyAdd(v3, w1, s31);
        w += 32;
        q0 += 4;
        q1 += 4;
        q2 += 4;
        q3 += 4;
      }
      if (addend) {
        const a0 = addend.data + pixel * aStep + (out << 2);
        const a1 = a0 + aStep;
        const a2 = a1 + aStep;
        const a3 = a2 + aStep;
        s00 = f32x4.add(s00, v128.load(a0));
        s01 = f32x4.add(s01, v128.load(a0, 16));
        s10 = f32x4.add(s10, v128.load(a1));
        s11 = f32x4.add(s11, v128.load(a1, 16));
        s20 = f32x4.add(s20, v128.load(a2));
        s21 = f32x4.add(s21, v128.load(a2, 16));
        s30 = f32x4.add(s30, v128.load(a3));
        s31 = f32x4.add(s31, v128.load(a3, 16));
      }
      s00 = clamp(s00, lows, highs);
      s01 = clamp(s01, lows, highs);
      s10 = clamp(s10, lows, highs);
      s11 = clamp(s11, lows, highs);
      s20 = clamp(s20, lows, highs);
      s21 = clamp(s21, lows, highs);
      s30 = clamp(s30, lows, highs);
      s31 = clamp(s31, lows, highs);
      const y0 = y.data + pixel * yStep + (out << 2);
      const y1 = y0 + yStep;
      const y2 = y1 + yStep;
      const y3 = y2 + yStep;
      if (lanes >= 8) {
        v128.store(y0, s00);
        v128.store(y0, s01, 16);
        v128.store(y1, s10);
        v128.store(y1, s11, 16);
        v128.store(y2, s20);
        v128.store(y2, s21, 16);
        v128.store(y3, s30);
        v128.store(y3, s31, 16);
      } else {
        storeFew(y0, s00, s01, lanes);
        storeFew(y1, s10, s11, lanes);
        storeFew(y2, s20, s21, lanes);
        storeFew(y3, s30, s31, lanes);
      }
    }
  }
}

/** Stores the first `lanes` (1 to 7) of eight channels. */
function storeFew(address: usize, first: v128, second: v128, lanes: i32): void {
  if (lanes < 4) {
    storeLanes(address, first, lanes);
  } else {
    v128.store(address, first);
    if (lanes > 4) storeLanes(address + 16, second, lanes - 4);
  }
}
