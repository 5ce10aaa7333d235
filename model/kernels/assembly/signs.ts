/**
 * Signs: +1 where weight·x >= threshold, else -1, as bits for convolutions of signs or as floats for all others. The
 * product is rounded to float32 and nothing else is, so every engine gives the same. Weights and thresholds
 * [channels], room to read seven more.
 */
import { storeLanes } from "./arithmetic";
import { View } from "./view";

/** Packed: bit = weight·x >= threshold. */
export function packSigns(x: View, weights: usize, thresholds: usize, y: View): void {
  for (let row = 0; row < x.height; row++) {
    for (let column = 0; column < x.width; column++) {
      const p = x.data + row * x.rowBytes + column * x.pixelBytes;
      const q = y.data + row * y.rowBytes + column * y.pixelBytes;
      for (let c = 0; c < x.channels; c += 8) {
        const bits =
          bitsOf(p, weights, thresholds, c << 2) | (bitsOf(p, weights, thresholds, (c << 2) + 16) << 4);
        const count = x.channels - c;
        store<u8>(q + (c >> 3), count < 8 ? bits & ((1 << count) - 1) : bits);
      }
    }
  }
}

/** As floats; y may be x itself. */
export function floatSigns(x: View, weights: usize, thresholds: usize, y: View): void {
  const bytes = x.channels << 2;
  for (let row = 0; row < x.height; row++) {
    for (let column = 0; column < x.width; column++) {
      const p = x.data + row * x.rowBytes + column * x.pixelBytes;
      const q = y.data + row * y.rowBytes + column * y.pixelBytes;
      for (let c = 0; c < bytes; c += 16) {
        const isPlus = compare(p, weights, thresholds, c);
        const signs = v128.bitselect(f32x4.splat(1), f32x4.splat(-1), isPlus);
        if (bytes - c >= 16) v128.store(q + c, signs);
        else storeLanes(q + c, signs, (bytes - c) >> 2);
      }
    }
  }
}

function bitsOf(x: usize, weights: usize, thresholds: usize, offset: i32): i32 {
  return i32x4.bitmask(compare(x, weights, thresholds, offset));
}

function compare(x: usize, weights: usize, thresholds: usize, offset: i32): v128 {
  return f32x4.ge(
    f32x4.mul(v128.load(x + offset), v128.load(weights + offset)),
    v128.load(thresholds + offset),
  );
}
