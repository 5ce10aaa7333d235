/**
 * Convolution by those weights alone that are not zero. A weight by itself fills no vector of output channels, but all
 * pixels share it: the image is laid out as planes, a channel each, so that it is multiplied with 32 pixels that lie
 * side by side. Strides split an image into one plane for each place that a tap can have between two windows (phases),
 * which makes every tap a constant distance from the output. Rows of a plane are as long as the windows need; the
 * pixels between the last window of a row and the first of the next are computed and left.
 *
 * A scratch holds the planes, [phase][in, filled up to fours][planeBytes], and behind them those of four outputs.
 * A table holds for each output, in turn: i32 bytes of its weights, f32 bias, and for each weight i32 how far its
 * pixels lie from the scratch and f32 the weight, in the order in which `conv` adds. Padding is not looked at: the
 * host has put zeros around the image.
 */
import { clamp, multiplyAdd, storeLanes } from "./arithmetic";
import { View } from "./view";

/** Bytes of the pixels that are summed at a time. */
const TILE_BYTES = 128;

/**
 * y = clamp(bias + conv(x) + addend, low, high), as `conv` does.
 * @param columns pixels of a plane's row: y.width and, in strides, what the window reaches beyond its first pixel
 * @param planeBytes room for y.height and, in strides, what the window reaches below its first row; and four pixels
 */
export function sparseConv(
  x: View,
  table: usize,
  addend: View | null,
  y: View,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  scratch: usize,
  columns: i32,
  planeBytes: i32,
  low: f32,
  high: f32,
): void {
  let planes = scratch;
  for (let py = 0; py < min(strideY, kernelHeight); py++) {
    for (let px = 0; px < min(strideX, kernelWidth); px++) {
      layOut(
        x,
        x.data + (py - top) * x.rowBytes + (px - left) * x.pixelBytes,
        strideY * x.rowBytes,
        strideX * x.pixelBytes,
        y.height + (kernelHeight - 1 - py) / strideY,
        y.width + (kernelWidth - 1 - px) / strideX,
        planes,
        columns << 2,
        planeBytes,
      );
      planes += ((x.channels + 3) & ~3) * planeBytes;
    }
  }
  const end = ((y.height - 1) * columns + y.width) << 2;
  const sumBytes = (end + TILE_BYTES - 1) & -TILE_BYTES;
  for (let out = 0; out < y.channels; out += 4) {
    const lanes = min(4, y.channels - out);
    for (let lane = 0; lane < lanes; lane++) {
      const weightBytes = i32.load(table);
      addUp(table + 8, weightBytes, f32.load(table, 4), scratch, planes + lane * sumBytes, end);
      table += 8 + weightBytes;
    }
    putBack(planes, columns << 2, sumBytes, addend, y, out, lanes, low, high);
  }
}

/** Pixels of `x` that lie `rowStep` and `pixelStep` apart, from `from` on, as planes. */
function layOut(
  x: View,
  from: usize,
  rowStep: i32,
  pixelStep: i32,
  rows: i32,
  width: i32,
  planes: usize,
  rowBytes: i32,
  planeBytes: i32,
): void {
  const last = width - 1;
  const p1 = min(1, last) * pixelStep;
  const p2 = min(2, last) * pixelStep;
  const p3 = min(3, last) * pixelStep;
  const bytes = x.channels << 2;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column += 4) {
      column = min(column, max(0, width - 4)); // the last four, some of them again
      let p = from + column * pixelStep;
      let q = planes + (column << 2);
      for (const end = p + bytes; p < end; p += 16) {
        const a = v128.load(p);
        const b = v128.load(p + p1);
        const c = v128.load(p + p2);
        const d = v128.load(p + p3);
        const ab = interleaveLow(a, b);
        const cd = interleaveLow(c, d);
        v128.store(q, joinLow(ab, cd));
        v128.store(q + planeBytes, joinHigh(ab, cd));
        const ab2 = interleaveHigh(a, b);
        const cd2 = interleaveHigh(c, d);
        v128.store(q + 2 * planeBytes, joinLow(ab2, cd2));
        v128.store(q + 3 * planeBytes, joinHigh(ab2, cd2));
        q += planeBytes << 2;
      }
    }
    from += rowStep;
    planes += rowBytes;
  }
}

/** Sums of one output channel over all pixels, 32 at a time. */
function addUp(weights: usize, weightBytes: i32, bias: f32, planes: usize, sums: usize, bytes: i32): void {
  const first = f32x4.splat(bias);
  const end = weights + weightBytes;
  for (const last = planes + bytes; planes < last; planes += TILE_BYTES) {
    let s0 = first;
    let s1 = first;
    let s2 = first;
    let s3 = first;
    let s4 = first;
    let s5 = first;
    let s6 = first;
    let s7 = first;
    for (let at = weights; at < end; at += 8) {
      const p = planes + i32.load(at);
      const weight = v128.load32_splat(at, 4);
      s0 = multiplyAdd(v128.load(p), weight, s0);
      s1 = multiplyAdd(v128.load(p, 16), weight, s1);
      s2 = multiplyAdd(v128.load(p, 32), weight, s2);
      s3 = multiplyAdd(v128.load(p, 48), weight, s3);
      s4 = multiplyAdd(v128.load(p, 64), weight, s4);
      s5 = multiplyAdd(v128.load(p, 80), weight, s5);
      s6 = multiplyAdd(v128.load(p, 96), weight, s6);
      s7 = multiplyAdd(v128.load(p, 112), weight, s7);
    }
    v128.store(sums, s0);
    v128.store(sums, s1, 16);
    v128.store(sums, s2, 32);
    v128.store(sums, s3, 48);
    v128.store(sums, s4, 64);
    v128.store(sums, s5, 80);
    v128.store(sums, s6, 96);
    v128.store(sums, s7, 112);
    sums += TILE_BYTES;
  }
}

/** Sums of up to four output channels to their pixels. */
function putBack(
  sums: usize,
  rowBytes: i32,
  sumBytes: i32,
  addend: View | null,
  y: View,
  out: i32,
  lanes: i32,
  low: f32,
  high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const width = y.width;
  const yStep = y.pixelBytes;
  const aStep = addend ? addend.pixelBytes : 0;
  let aRow: usize = addend ? addend.data + (out << 2) : 0;
  let yRow = y.data + (out << 2);
  for (let row = 0; row < y.height; row++) {
    let q = yRow;
    let plus = aRow;
    let p = sums;
    for (let column = 0; column < width; column += 4) {
      const a = v128.load(p);
      const b = v128.load(p + sumBytes);
      const c = v128.load(p + 2 * sumBytes);
      const d = v128.load(p + 3 * sumBytes);
      const ab = interleaveLow(a, b);
      const cd = interleaveLow(c, d);
      const ab2 = interleaveHigh(a, b);
      const cd2 = interleaveHigh(c, d);
      let s0 = joinLow(ab, cd);
      let s1 = joinHigh(ab, cd);
      let s2 = joinLow(ab2, cd2);
      let s3 = joinHigh(ab2, cd2);
      if (plus) {
        s0 = f32x4.add(s0, v128.load(plus));
        s1 = f32x4.add(s1, v128.load(plus + aStep));
        s2 = f32x4.add(s2, v128.load(plus + 2 * aStep));
        s3 = f32x4.add(s3, v128.load(plus + 3 * aStep));
        plus += aStep << 2;
      }
      const left = width - column;
      store(q, clamp(s0, lows, highs), lanes);
      if (left > 1) store(q + yStep, clamp(s1, lows, highs), lanes);
      if (left > 2) store(q + 2 * yStep, clamp(s2, lows, highs), lanes);
      if (left > 3) store(q + 3 * yStep, clamp(s3, lows, highs), lanes);
      q += yStep << 2;
      p += 16;
    }
    sums += rowBytes;
    yRow += y.rowBytes;
    if (addend) aRow += addend.rowBytes;
  }
}

function store(address: usize, sums: v128, lanes: i32): void {
  if (lanes === 4) v128.store(address, sums);
  else storeLanes(address, sums, lanes);
}

/** Of two vectors: a0 b0 a1 b1. */
function interleaveLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
}

function interleaveHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
}

/** a0 a1 b0 b1. */
function joinLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

function joinHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}

/**
 * The table of a convolution's weights [kh][kw][channels][outputs], where `channels` are those of a group.
 * @param bias [outputs], or 0 for none
 * @param inputs channels of all groups
 */
export function packSparse(
  weights: usize,
  bias: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  channels: i32,
  outputs: i32,
  inputs: i32,
  strideY: i32,
  strideX: i32,
  columns: i32,
  planeBytes: i32,
  table: usize,
): void {
  const phaseBytes = ((inputs + 3) & ~3) * planeBytes;
  const phases = min(strideX, kernelWidth); // of a row
  const groupOutputs = outputs / (inputs / channels);
  for (let out = 0; out < outputs; out++) {
    const group = (out / groupOutputs) * channels * planeBytes;
    let from = weights + (out << 2);
    let to = table + 8;
    for (let ky = 0; ky < kernelHeight; ky++) {
      for (let kx = 0; kx < kernelWidth; kx++) {
        const phase = (ky % strideY) * phases + (kx % strideX);
        let at = group + phase * phaseBytes + (((ky / strideY) * columns + kx / strideX) << 2);
        for (let c = 0; c < channels; c++) {
          const weight = f32.load(from);
          if (weight !== 0) {
            i32.store(to, at);
            f32.store(to, weight, 4);
            to += 8;
          }
          from += outputs << 2;
          at += planeBytes;
        }
      }
    }
    i32.store(table, <i32>(to - table) - 8);
    f32.store(table, bias ? f32.load(bias + (out << 2)) : 0, 4);
    table = to;
  }
}

/** Of `count` floats, those that are not zero. */
export function countNonzeros(floats: usize, count: i32): i32 {
  let found = 0;
  for (const end = floats + (count << 2); floats < end; floats += 4) found += i32(f32.load(floats) !== 0);
  return found;
}
