/**
 * Exact area resize of grey bytes that lie in memory as a whole, in whole numbers: rows that a target row covers in
 * full are added up sixteen pixels at a time and only then multiplied by their share. Every sum is one that doubles
 * hold too, so what comes out is to the bit what resize.ts makes of the same bytes.
 */

/** Rows of bytes whose sum 16 bits hold. */
const ROWS_OF_16_BITS = 256;

/**
 * sums[i] i32 = first · row 0 + middle · (rows 1 to n - 2) + last · row n - 1, for `count` pixels rounded up to sixteens.
 * @param bytes of row 0; the next one lies `stride` bytes on
 * @param rows n: 1 or more; of one row only `first` counts
 */
export function addByteRows(
  bytes: usize,
  stride: i32,
  rows: i32,
  first: i32,
  middle: i32,
  last: i32,
  sums: usize,
  count: i32,
): void {
  for (let x = 0; x < count; x += 16) {
    let at = bytes + x;
    let a = i32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    const end = at + (rows - 1) * stride;
    for (let row = at + stride; row < end; ) {
      const stop = min(end, row + ROWS_OF_16_BITS * stride);
      let low = i16x8.splat(0);
      let high = low;
      for (; row < stop; row += stride) {
        const pixels = v128.load(row);
        low = i16x8.add(low, i16x8.extend_low_i8x16_u(pixels));
        high = i16x8.add(high, i16x8.extend_high_i8x16_u(pixels));
      }
      a = i32x4.add(a, i32x4.extend_low_i16x8_u(low));
      b = i32x4.add(b, i32x4.extend_high_i16x8_u(low));
      c = i32x4.add(c, i32x4.extend_low_i16x8_u(high));
      d = i32x4.add(d, i32x4.extend_high_i16x8_u(high));
    }
    const middles = i32x4.splat(middle);
    a = i32x4.mul(a, middles);
    b = i32x4.mul(b, middles);
    c = i32x4.mul(c, middles);
    d = i32x4.mul(d, middles);
    let share = first;
    for (let edge = 0; edge < min(rows, 2); edge++) {
      const shares = i16x8.splat(<i16>share);
      const pixels = v128.load(at);
      const low = i16x8.extend_low_i8x16_u(pixels);
      const high = i16x8.extend_high_i8x16_u(pixels);
      a = i32x4.add(a, i32x4.extmul_low_i16x8_u(low, shares));
      b = i32x4.add(b, i32x4.extmul_high_i16x8_u(low, shares));
      c = i32x4.add(c, i32x4.extmul_low_i16x8_u(high, shares));
      d = i32x4.add(d, i32x4.extmul_high_i16x8_u(high, shares));
      share = last;
      at = end;
    }
    const target = sums + (x << 2);
    v128.store(target, a);
    v128.store(target, b, 16);
    v128.store(target, c, 32);
    v128.store(target, d, 48);
  }
}

/**
 * One target row of those sums: each pixel is Σ share · sum / area over the columns it covers.
 * @param first [width] i32: the first column that a target pixel covers
 * @param start [width + 1] i32: where its shares begin
 * @param shares f64; those between the first and the last of a column are all the same
 */
export function gatherSums(
  sums: usize,
  first: usize,
  start: usize,
  shares: usize,
  area: f64,
  target: usize,
  width: i32,
): void {
  for (let x = 0; x < width; x++) {
    const from = i32.load(start + (x << 2));
    const last = i32.load(start + (x << 2), 4) - 1;
    const begin = sums + (i32.load(first + (x << 2)) << 2);
    const end = begin + ((last - from) << 2);
    let sum = f64.load(shares + (from << 3)) * <f64>i32.load(begin);
    if (last > from) sum += f64.load(shares + (last << 3)) * <f64>i32.load(end);
    if (last > from + 1) sum += f64.load(shares + ((from + 1) << 3)) * addUp(begin + 4, end);
    f32.store(target + (x << 2), <f32>(sum / area));
  }
}

function addUp(at: usize, end: usize): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (; at + 16 <= end; at += 16) {
    low = f64x2.add(low, f64x2.convert_low_i32x4_s(v128.load(at)));
    high = f64x2.add(high, f64x2.convert_low_i32x4_s(v128.load64_zero(at, 8)));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; at < end; at += 4) sum += <f64>i32.load(at);
  return sum;
}
