/**
 * Grey of colour pixels, three bytes each. Most radiographs are grey that is stored as colour: of those the first
 * channel is the luma to the bit. Whole vectors are read and written past the last pixel.
 */

/** Rec. ITU-R BT.601, as model/input/raster.ts has them: green's weight is what remains to 1. */
const RED: f64 = 0.299;
const BLUE: f64 = 0.114;

/** grey[i] = first byte of pixel i, for `count` pixels rounded up to sixteens: false where not all three are the same. */
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
  for (let i = 0; i < count; i += 16) {
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
  return !v128.any_true(apart);
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
