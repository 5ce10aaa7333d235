/**
 * The lowest and the highest of a row's numbers, taken into vectors of those so far, a lane each for numbers that lie
 * a vector apart: the host takes the lanes together at the end. A row that is no whole number of vectors ends in one
 * that overlaps; of a shorter row the host has only the first numbers to give, so it is taken one by one.
 */

/** lowest[16] and highest[16] of u8, over `count` bytes. */
export function rangeBytes(bytes: usize, count: i32, lowest: usize, highest: usize): void {
  let low = v128.load(lowest);
  let high = v128.load(highest);
  if (count < 16) {
    for (let i = 0; i < count; i++) {
      const one = i8x16.splat(load<i8>(bytes + i));
      low = i8x16.min_u(low, one);
      high = i8x16.max_u(high, one);
    }
  } else {
    for (let i = 0; i < count; i += 16) {
      const some = v128.load(bytes + min<i32>(i, count - 16));
      low = i8x16.min_u(low, some);
      high = i8x16.max_u(high, some);
    }
  }
  v128.store(lowest, low);
  v128.store(highest, high);
}

/** lowest[4] and highest[4] of f32, over `count` floats, none of them NaN. */
export function rangeFloats(floats: usize, count: i32, lowest: usize, highest: usize): void {
  let low = v128.load(lowest);
  let high = v128.load(highest);
  if (count < 4) {
    for (let i = 0; i < count; i++) {
      const one = v128.load32_splat(floats + (i << 2));
      low = f32x4.pmin(low, one);
      high = f32x4.pmax(high, one);
    }
  } else {
    for (let i = 0; i < count; i += 4) {
      const some = v128.load(floats + (min<i32>(i, count - 4) << 2));
      low = f32x4.pmin(low, some);
      high = f32x4.pmax(high, some);
    }
  }
  v128.store(lowest, low);
  v128.store(highest, high);
}
