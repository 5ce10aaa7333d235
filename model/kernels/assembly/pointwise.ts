/**
 * What works number by number: activations, sums and products, copies, zeros. The output may be the input
 * itself. Rows without gaps between their pixels are taken as one run.
 */
import { clamp, exponential, storeLanes } from "./arithmetic";
import { View } from "./view";

const CLAMP = 0;
const SIGMOID = 1;
const SWISH = 2;

/** min(max(x, low), high); with infinite bounds a copy. */
export function clip(x: View, y: View, low: f32, high: f32): void {
  map(x, y, CLAMP, low, high);
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: View, y: View): void {
  map(x, y, SIGMOID, 0, 0);
}

/** x / (1 + e^-x) */
export function swish(x: View, y: View): void {
  map(x, y, SWISH, 0, 0);
}

/** clamp(a + b, low, high) */
export function add(a: View, b: View, y: View, low: f32, high: f32): void {
  combine(a, b, y, false, low, high);
}

/** clamp(a · b, low, high) */
export function mul(a: View, b: View, y: View, low: f32, high: f32): void {
  combine(a, b, y, true, low, high);
}

/** Zeros in all of y. */
export function clear(y: View): void {
  const isDense = isGapless(y);
  const runs = isDense ? 1 : y.width;
  const bytes = (isDense ? y.width * y.channels : y.channels) << 2;
  for (let row = 0; row < y.height; row++) {
    for (let run = 0; run < runs; run++) {
      memory.fill(y.data + row * y.rowBytes + run * y.pixelBytes, 0, bytes);
    }
  }
}

function map(x: View, y: View, kind: i32, low: f32, high: f32): void {
  const isDense = isGapless(x) && isGapless(y);
  const runs = isDense ? 1 : y.width;
  const bytes = (isDense ? y.width * y.channels : y.channels) << 2;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let row = 0; row < y.height; row++) {
    for (let run = 0; run < runs; run++) {
      const p = x.data + row * x.rowBytes + run * x.pixelBytes;
      const q = y.data + row * y.rowBytes + run * y.pixelBytes;
      for (let i = 0; i < bytes; i += 16) {
        const v = v128.load(p + i);
        if (kind === CLAMP) {
          store(q + i, clamp(v, lows, highs), bytes - i);
        } else {
          const denominator = f32x4.add(f32x4.splat(1), exponential(f32x4.neg(v)));
          store(q + i, f32x4.div(kind === SIGMOID ? f32x4.splat(1) : v, denominator), bytes - i);
        }
      }
    }
  }
}

function combine(a: View, b: View, y: View, isProduct: bool, low: f32, high: f32): void {
  const isDense = isGapless(a) && isGapless(b) && isGapless(y);
  const runs = isDense ? 1 : y.width;
  const bytes = (isDense ? y.width * y.channels : y.channels) << 2;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let row = 0; row < y.height; row++) {
    for (let run = 0; run < runs; run++) {
      const p = a.data + row * a.rowBytes + run * a.pixelBytes;
      const q = b.data + row * b.rowBytes + run * b.pixelBytes;
      const r = y.data + row * y.rowBytes + run * y.pixelBytes;
      for (let i = 0; i < bytes; i += 16) {
        const u = v128.load(p + i);
        const v = v128.load(q + i);
        const result = isProduct ? f32x4.mul(u, v) : f32x4.add(u, v);
        store(r + i, clamp(result, lows, highs), bytes - i);
      }
    }
  }
}

function isGapless(view: View): bool {
  return view.pixelBytes === view.channels << 2;
}

function store(address: usize, x: v128, bytes: i32): void {
  if (bytes >= 16) v128.store(address, x);
  else storeLanes(address, x, bytes >> 2);
}
