/**
 * Grey of colour pixels, three bytes each. Most radiographs are grey that is stored as colour: of those the first
 * channel is the luma to the bit. Whole vectors are read and written past the last pixel.
 */

/** Rec. ITU-R BT.601, as model/input/raster.ts has them: green's weight is what remains to 1. */
const RED: f64 = 0.299;
const BLUE: f64 = 0.114;

/** grey[i] = first byte of pixel i, for `count` pixels, as far as all three are the same: false where they are not. */
export function foldGrey(rgb: usize, count: i32, grey: usize): bool {
  // Each byte but the third of a pixel is held against the next one.
  const first = i8x16(-1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1);
  const second = i8x16(-1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1);
  const third = i8x16(0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0);
  // Where the first bytes of sixteen pixels lie in their three vectors; -1 leaves a zero for another's.
  const firstOfA = i8x16(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  const firstOfB = i8x16(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1);
  const firstOfC = i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13);
  let apart = i8x16.splat(0);
  const whole = count & ~15;
  for (let i = 0; i < whole; i += 16) {
    const a = v128.load(rgb);
    const b = v128.load(rgb, 16);
    const c = v128.load(rgb, 32);
    const x = v128.and(v128.xor(a, v128.load(rgb, 1)), first);
    const y = v128.and(v128.xor(b, v128.load(rgb, 17)), second);
    const z = v128.and(v128.xor(c, v128.load(rgb, 33)), third);
    apart = v128.or(apart, v128.or(x, v128.or(y, z)));
    const reds = v128.or(i8x16.swizzle(a, firstOfA), i8x16.swizzle(b, firstOfB));
    v128.store(grey + i, v128.or(reds, i8x16.swizzle(c, firstOfC)));
    rgb += 48;
  }
  let isApart = v128.any_true(apart);
  for (let i = whole; i < count; i++) {
    const red = load<u8>(rgb);
    isApart = isApart || red !== load<u8>(rgb, 1) || red !== load<u8>(rgb, 2);
    store<u8>(grey + i, red);
    rgb += 3;
  }
  return !isApart;
}

/** grey[i] f32 = luma of pixel i, computed in doubles, for `count` pixels rounded up to fours. */
export function lumaBytes(rgb: usize, count: i32, grey: usize): void {
  for (let i = 0; i < count; i += 4) {
    const pixels = v128.load(rgb);
    const red = i8x16.swizzle(pixels, i8x16(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1));
    const green = i8x16.swizzle(pixels, i8x16(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1));
    const blue = i8x16.swizzle(pixels, i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1));
    const redLess = i32x4.sub(red, green);
    const blueLess = i32x4.sub(blue, green);
    const low = lumaOfTwo(green, redLess, blueLess);
    const high = lumaOfTwo(highHalf(green), highHalf(redLess), highHalf(blueLess));
    const four = i8x16.shuffle(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    v128.store(grey + (i << 2), four);
    rgb += 12;
  }
}

/** G + 0.299·(R - G) + 0.114·(B - G) of the first two lanes of i32, as f32. */
function lumaOfTwo(green: v128, redLess: v128, blueLess: v128): v128 {
  const reds = f64x2.mul(f64x2.splat(RED), f64x2.convert_low_i32x4_s(redLess));
  const blues = f64x2.mul(f64x2.splat(BLUE), f64x2.convert_low_i32x4_s(blueLess));
  return f32x4.demote_f64x2_zero(f64x2.add(f64x2.add(f64x2.convert_low_i32x4_s(green), reds), blues));
}

function highHalf(x: v128): v128 {
  return i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}
