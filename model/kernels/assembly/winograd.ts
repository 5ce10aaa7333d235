/**
 * Convolution of 3x3 and stride 1 by Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray 2016, "Fast Algorithms
 * for Convolutional Neural Networks"): tiles of 2x2 outputs from 4x4 inputs, transformed, so that a sum of nine
 * products takes four. Y = A'[(G g G') . (B' d B)]A, in 16 products of matrices, [tiles, in] by [in, out].
 *
 * Tiles go through a scratch in blocks, which stay in a cache: first their inputs, transformed, [16][tiles][in], then
 * for eight output channels the products, [tiles][16][8]. Weights [out / 8][16][in][8]. The last row and column of
 * tiles may reach a pixel past the window of the last output: the host has put zeros there, or nothing of use.
 */
import { clamp, multiplyAdd, storeLanes } from "./arithmetic";
import { View } from "./view";

/** Bytes of the products of one tile: 16 by eight channels. */
const PRODUCT_BYTES = 512;

/**
 * y = clamp(bias + conv(x) + addend, low, high), as `conv` does.
 * @param scratch room for `blockTiles` tiles, a multiple of 4: 64 bytes a tile for each input channel, rounded up to
 *   fours, and 512
 */
export function winograd(
  x: View,
  weights: usize,
  bias: usize,
  addend: View | null,
  y: View,
  top: i32,
  left: i32,
  scratch: usize,
  blockTiles: i32,
  low: f32,
  high: f32,
): void {
  const channels = x.channels;
  const rowBytes = ((channels + 3) & ~3) << 2; // of one tile's inputs
  const columns = (y.width + 1) >> 1;
  const tiles = ((y.height + 1) >> 1) * columns;
  const products = scratch + 16 * blockTiles * rowBytes;
  const origin = x.data - top * x.rowBytes - left * x.pixelBytes;
  const matrixBytes = channels << 5; // of one of 16, eight output channels

  for (let first = 0; first < tiles; first += blockTiles) {
    const count = min(blockTiles, tiles - first);
    const planeBytes = ((count + 3) & ~3) * rowBytes;
    for (let tile = 0; tile < count; tile++) {
      const row = (first + tile) / columns;
      const column = first + tile - row * columns;
      const corner = origin + 2 * (row * x.rowBytes + column * x.pixelBytes);
      transformInput(corner, x.rowBytes, x.pixelBytes, scratch + tile * rowBytes, planeBytes, rowBytes);
    }
    for (let out = 0; out < y.channels; out += 8) {
      const block = weights + 2 * out * matrixBytes;
      for (let plane = 0; plane < 16; plane++) {
        multiply(
          scratch + plane * planeBytes,
          rowBytes,
          block + plane * matrixBytes,
          channels,
          products + (plane << 5),
          count,
        );
      }
      for (let tile = 0; tile < count; tile++) {
        const row = ((first + tile) / columns) << 1;
        const column = ((first + tile) % columns) << 1;
        const lanes = min(8, y.channels - out);
        for (let half = 0; half < lanes; half += 4) {
          transformOutput(
            products + tile * PRODUCT_BYTES + (half << 2),
            v128.load(bias + ((out + half) << 2)),
            addend,
            y,
            row,
            column,
            out + half,
            lanes - half,
            low,
            high,
          );
        }
      }
    }
  }
}

/** B' d B of a tile of 4x4 pixels, four channels at a time, into 16 planes. */
function transformInput(
  corner: usize,
  rowStep: usize,
  pixelStep: usize,
  target: usize,
  planeBytes: usize,
  bytes: usize,
): void {
  for (let c: usize = 0; c < bytes; c += 16) {
    const p0 = corner + c;
    const p1 = p0 + rowStep;
    const p2 = p1 + rowStep;
    const p3 = p2 + rowStep;
    let q = target + c;
    // Rows first: d0 - d2, d1 + d2, d2 - d1, d1 - d3. The columns are the same.
    for (let i = 0; i < 4; i++) {
      const a = i === 0 ? p0 : i === 2 ? p2 : p1;
      const b = i < 2 ? p2 : i === 2 ? p1 : p3;
      const v0 = combineRows(a, b, i === 1);
      const v1 = combineRows(a + pixelStep, b + pixelStep, i === 1);
      const v2 = combineRows(a + 2 * pixelStep, b + 2 * pixelStep, i === 1);
      const v3 = combineRows(a + 3 * pixelStep, b + 3 * pixelStep, i === 1);
      v128.store(q, f32x4.sub(v0, v2));
      q += planeBytes;
      v128.store(q, f32x4.add(v1, v2));
      q += planeBytes;
      v128.store(q, f32x4.sub(v2, v1));
      q += planeBytes;
      v128.store(q, f32x4.sub(v1, v3));
      q += planeBytes;
    }
  }
}

function combineRows(a: usize, b: usize, isSum: bool): v128 {
  return isSum ? f32x4.add(v128.load(a), v128.load(b)) : f32x4.sub(v128.load(a), v128.load(b));
}

/** Products of `count` tiles with eight output channels, four tiles at a time: [tiles, in] by [in, 8]. */
function multiply(
  inputs: usize,
  rowBytes: usize,
  weights: usize,
  channels: i32,
  target: usize,
  count: i32,
): void {
  for (let tile = 0; tile < count; tile += 4) {
    let q0 = inputs;
    let q1 = q0 + rowBytes;
    let q2 = q1 + rowBytes;
    let q3 = q2 + rowBytes;
    let s00 = f32x4.splat(0);
    let s01 = s00;
    let s10 = s00;
    let s11 = s00;
    let s20 = s00;
    let s21 = s00;
    let s30 = s00;
    let s31 = s00;
    let w = weights;
    const end = w + (channels << 5);
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
    v128.store(target, s00);
    v128.store(target, s01, 16);
    v128.store(target, s10, 512);
    v128.store(target, s11, 528);
    v128.store(target, s20, 1024);
    v128.store(target, s21, 1040);
    v128.store(target, s30, 1536);
    v128.store(target, s31, 1552);
    target += 4 * PRODUCT_BYTES;
    inputs += 4 * rowBytes;
  }
}

/** A' m A of a tile's products, of four output channels, to up to 2x2 pixels from (row, column) on. */
function transformOutput(
  m: usize,
  bias: v128,
  addend: View | null,
  y: View,
  row: i32,
  column: i32,
  channel: i32,
  lanes: i32,
  low: f32,
  high: f32,
): void {
  const m0 = sumThree(m, 0);
  const m1 = sumThree(m, 32);
  const m2 = sumThree(m, 64);
  const m3 = sumThree(m, 96);
  const n0 = differThree(m, 0);
  const n1 = differThree(m, 32);
  const n2 = differThree(m, 64);
  const n3 = differThree(m, 96);
  const isWide = column + 1 < y.width;
  const pixel = y.data + row * y.rowBytes + column * y.pixelBytes + (channel << 2);
  const plus = addend ? addend.data + row * addend.rowBytes + column * addend.pixelBytes + (channel << 2) : 0;
  const right = addend ? addend.pixelBytes : 0;
  put(pixel, f32x4.add(f32x4.add(f32x4.add(m0, m1), m2), bias), plus, lanes, low, high);
  if (isWide)
    put(
      pixel + y.pixelBytes,
      f32x4.add(f32x4.sub(f32x4.sub(m1, m2), m3), bias),
      plus + right,
      lanes,
      low,
      high,
    );
  if (row + 1 >= y.height) return;
  const below = pixel + y.rowBytes;
  const plusBelow = addend ? plus + addend.rowBytes : 0;
  put(below, f32x4.add(f32x4.add(f32x4.add(n0, n1), n2), bias), plusBelow, lanes, low, high);
  if (isWide)
    put(
      below + y.pixelBytes,
      f32x4.add(f32x4.sub(f32x4.sub(n1, n2), n3), bias),
      plusBelow + right,
      lanes,
      low,
      high,
    );
}

/** Of column `offset` of the products: row 0 + row 1 + row 2. */
function sumThree(m: usize, offset: usize): v128 {
  const p = m + offset;
  return f32x4.add(f32x4.add(v128.load(p), v128.load(p, 128)), v128.load(p, 256));
}

/** Row 1 - row 2 - row 3. */
function differThree(m: usize, offset: usize): v128 {
  const p = m + offset;
  return f32x4.sub(f32x4.sub(v128.load(p, 128), v128.load(p, 256)), v128.load(p, 384));
}

function put(address: usize, sum: v128, addend: usize, lanes: i32, low: f32, high: f32): void {
  if (addend) sum = f32x4.add(sum, v128.load(addend));
  const result = clamp(sum, f32x4.splat(low), f32x4.splat(high));
  if (lanes >= 4) v128.store(address, result);
  else storeLanes(address, result, lanes);
}

/**
 * G g G' of each kernel, in place: at the end of `weights` lie a convolution's [out / 8][9][in][8], and all of it
 * becomes [out / 8][16][in][8]. A block is written no further than it has been read.
 */
export function transformWeights(weights: usize, channels: i32, outputs: i32): void {
  const blocks = (outputs + 7) >> 3;
  const tapBytes = channels << 5;
  let from = weights + 7 * blocks * tapBytes;
  let to = weights;
  for (let block = 0; block < blocks; block++) {
    for (let c = 0; c < tapBytes; c += 16) {
      const p = from + c;
      const g00 = v128.load(p);
      const g01 = v128.load(p + tapBytes);
      const g02 = v128.load(p + 2 * tapBytes);
      const g10 = v128.load(p + 3 * tapBytes);
      const g11 = v128.load(p + 4 * tapBytes);
      const g12 = v128.load(p + 5 * tapBytes);
      const g20 = v128.load(p + 6 * tapBytes);
      const g21 = v128.load(p + 7 * tapBytes);
      const g22 = v128.load(p + 8 * tapBytes);
      const q = to + c;
      storeRow(q, tapBytes, g00, g01, g02);
      storeRow(q + 4 * tapBytes, tapBytes, halve(g00, g10, g20), halve(g01, g11, g21), halve(g02, g12, g22));
      const m10 = f32x4.neg(g10);
      const m11 = f32x4.neg(g11);
      const m12 = f32x4.neg(g12);
      storeRow(q + 8 * tapBytes, tapBytes, halve(g00, m10, g20), halve(g01, m11, g21), halve(g02, m12, g22));
      storeRow(q + 12 * tapBytes, tapBytes, g20, g21, g22);
    }
    from += 9 * tapBytes;
    to += 16 * tapBytes;
  }
}

/** A row of three as four: a, (a + b + c) / 2, (a - b + c) / 2, c. */
function storeRow(q: usize, tapBytes: usize, a: v128, b: v128, c: v128): void {
  v128.store(q, a);
  v128.store(q + tapBytes, halve(a, b, c));
  v128.store(q + 2 * tapBytes, halve(a, f32x4.neg(b), c));
  v128.store(q + 3 * tapBytes, c);
}

function halve(a: v128, b: v128, c: v128): v128 {
  return f32x4.mul(f32x4.add(f32x4.add(a, c), b), f32x4.splat(0.5));
}
