/**
 * Exact area resize, one row at a time, so that memory holds one row of the source however large it is. Shares
 * of pixels are whole numbers (the host counts in units where a source pixel is as long as the target has
 * pixels), and doubles hold the sums of bytes exactly: nothing is rounded before the one division.
 */

/** sums[i] += share · floats[i] for `count` numbers, rounded up to fours; `isFirst` starts the sums at zero. */
export function addFloatRow(floats: usize, sums: usize, count: i32, share: f64, isFirst: bool): void {
  const shares = f64x2.splat(share);
  for (let i = 0; i < count; i += 4) {
    const four = v128.load(floats + (i << 2));
    addFour(
      sums + (i << 3),
      f64x2.promote_low_f32x4(four),
      f64x2.promote_low_f32x4(highHalf(four)),
      shares,
      isFirst,
    );
  }
}

/**
 * One target row from the sums of its source rows: each pixel is Σ share·sum / area over the columns it covers.
 * @param first [width] i32: the first column that a target pixel covers
 * @param start [width + 1] i32: where its shares begin
 * @param shares f64
 * @param area of a target pixel, in the units of the shares, both ways
 */
export function gatherColumns(
  sums: usize,
  channels: i32,
  first: usize,
  start: usize,
  shares: usize,
  area: f64,
  target: usize,
  width: i32,
): void {
  for (let x = 0; x < width; x++) {
    const from = i32.load(start + (x << 2));
    const to = i32.load(start + (x << 2), 4);
    const column = i32.load(first + (x << 2));
    for (let channel = 0; channel < channels; channel++) {
      let sum: f64 = 0;
      let p = sums + ((column * channels + channel) << 3);
      for (let k = from; k < to; k++) {
        sum += f64.load(shares + (k << 3)) * f64.load(p);
        p += channels << 3;
      }
      f32.store(target, <f32>(sum / area));
      target += 4;
    }
  }
}

/**
 * One source row gathered to columns: target[x] = Σ share · float over the columns it covers, in f64. Shares between the
 * first and the last of a column are all the same. Arguments are as for `gatherColumns`.
 */
export function gatherFloats(
  floats: usize,
  first: usize,
  start: usize,
  shares: usize,
  target: usize,
  width: i32,
): void {
  for (let x = 0; x < width; x++) {
    const from = i32.load(start + (x << 2));
    const last = i32.load(start + (x << 2), 4) - 1;
    const begin = floats + (i32.load(first + (x << 2)) << 2);
    const end = begin + ((last - from) << 2);
    let sum = f64.load(shares + (from << 3)) * <f64>f32.load(begin);
    if (last > from) sum += f64.load(shares + (last << 3)) * <f64>f32.load(end);
    if (last > from + 1) sum += f64.load(shares + ((from + 1) << 3)) * sumFloats(begin + 4, end);
    f64.store(target + (x << 3), sum);
  }
}

function sumFloats(at: usize, end: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; at + 16 <= end; at += 16) {
    const four = v128.load(at);
    low = f64x2.add(low, f64x2.promote_low_f32x4(four));
    high = f64x2.add(high, f64x2.promote_low_f32x4(highHalf(four)));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; at < end; at += 4) sum += <f64>f32.load(at);
  return sum;
}

function addFour(sums: usize, low: v128, high: v128, shares: v128, isFirst: bool): void {
  const a = f64x2.mul(low, shares);
  const b = f64x2.mul(high, shares);
  v128.store(sums, isFirst ? a : f64x2.add(v128.load(sums), a));
  v128.store(sums, isFirst ? b : f64x2.add(v128.load(sums, 16), b), 16);
}

function highHalf(x: v128): v128 {
  return i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}
