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
    let row = bytes + x;
    const end = row + rows * stride;
    const lastRow = end - stride;
    let stop = row + stride;
    let share = first;
    let a = i32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    while (row < end) {
      let low = i16x8.splat(0);
      let high = low;
      for (; row < stop; row += stride) {
        const pixels = v128.load(row);
        low = i16x8.add(low, i16x8.extend_low_i8x16_u(pixels));
        high = i16x8.add(high, i16x8.extend_high_i8x16_u(pixels));
      }
      const shares = i16x8.splat(<i16>share);
      a = i32x4.add(a, i32x4.extmul_low_i16x8_u(low, shares));
      b = i32x4.add(b, i32x4.extmul_high_i16x8_u(low, shares));
      c = i32x4.add(c, i32x4.extmul_low_i16x8_u(high, shares));
      d = i32x4.add(d, i32x4.extmul_high_i16x8_u(high, shares));
      const isLast = row === lastRow;
      share = isLast ? last : middle;
      stop = isLast ? end : min(lastRow, row + ROWS_OF_16_BITS * stride);
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
    if (last > from + 1) {
      let between: i64 = 0;
      for (let at = begin + 4; at < end; at += 4) between += i64.load32_s(at);
      sum += f64.load(shares + ((from + 1) << 3)) * <f64>between;
    }
    f32.store(target + (x << 2), <f32>(sum / area));
  }
}
