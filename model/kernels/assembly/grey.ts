/**
 * Grey of colour pixels, three bytes each. Most radiographs are grey that is stored as colour: of those the first
 * channel is the luma to the bit. Whole vectors are read and written past the last pixel.
 */

/** Rec. ITU-R BT.601, as model/input/raster.ts has them: green's weight is what remains to 1. */
const RED: f64 = 0.299;
const BLUE: f64 = 0.114;

/**
 * grey[i] = first byte of pixel i, for `count` pixels rounded up to 64: false where not all three are the same.
 * @param lowest [16] and `highest` [16] of u8, which take in all of grey
 */
export function foldGrey(rgb: usize, count: i32, grey: usize, lowest: usize, highest: usize): bool {
  let low = v128.load(lowest);
  let high = v128.load(highest);
  let apart = i8x16.splat(0);
  // Four times sixteen pixels: V8 makes the constants below anew in each turn, which takes longer than to use them.
  for (const end = grey + count; grey < end; grey += 64) {
    const ab = v128.or(foldVector(rgb, grey), foldVector(rgb + 48, grey + 16));
    const cd = v128.or(foldVector(rgb + 96, grey + 32), foldVector(rgb + 144, grey + 48));
    apart = v128.or(apart, v128.or(ab, cd));
    const a = v128.load(grey);
    const b = v128.load(grey, 16);
    const c = v128.load(grey, 32);
    const d = v128.load(grey, 48);
    low = i8x16.min_u(low, i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d)));
    high = i8x16.max_u(high, i8x16.max_u(i8x16.max_u(a, b), i8x16.max_u(c, d)));
    rgb += 192;
  }
  v128.store(lowest, low);
  v128.store(highest, high);
  return !v128.any_true(apart);
}

/** Sixteen pixels; zeros where all three bytes of one are the same. */
function foldVector(rgb: usize, grey: usize): v128 {
  const a = v128.load(rgb);
  const b = v128.load(rgb, 16);
  const c = v128.load(rgb, 32);
  // Where the first bytes lie in the three vectors, -1 for a zero, and then where each of them lies three times.
  const ofA = i8x16.swizzle(a, i8x16(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
  const ofB = i8x16.swizzle(b, i8x16(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1));
  const ofC = i8x16.swizzle(c, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13));
  const reds = v128.or(v128.or(ofA, ofB), ofC);
  v128.store(grey, reds);
  const toA = i8x16.swizzle(reds, i8x16(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5));
  const toB = i8x16.swizzle(reds, i8x16(5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10));
  const toC = i8x16.swizzle(reds, i8x16(10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15));
  return v128.or(v128.or(v128.xor(a, toA), v128.xor(b, toB)), v128.xor(c, toC));
}

/** grey[i] f32 = luma of pixel i, G + 0.299·(R - G) + 0.114·(B - G) in doubles, for `count` pixels. */
export function lumaBytes(rgb: usize, count: i32, grey: usize): void {
  for (const end = grey + (count << 2); grey < end; grey += 4) {
    const green = <f64>load<u8>(rgb, 1);
    const luma = green + RED * (<f64>load<u8>(rgb) - green) + BLUE * (<f64>load<u8>(rgb, 2) - green);
    f32.store(grey, <f32>luma);
    rgb += 3;
  }
}
