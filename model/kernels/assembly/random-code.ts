/**
 * What a seeded code stands for, as model/format/codecs/seeded-values.ts has it from the draws of
 * seeded-random.ts, which say what and why; every operation is the same, so every number is, to the bit.
 */

const GOLDEN: u32 = 0x9e3779b9;
const UNIT: f64 = 4294967296;

const CANDIDATE: u32 = 1;
const PLACE: u32 = 2;
const SIGN: u32 = 3;

/**
 * The free values of all members, before their scales: `total` doubles at `free`, block after block.
 * @param choices, sizes a word a block; `sizes` may be null, for blocks as even as can be
 * @param places room for a word a value
 */
export function drawFree(
  seed: u32,
  choices: usize,
  sizes: usize,
  blocks: i32,
  total: i32,
  places: usize,
  free: usize,
): void {
  drawPlaces(seed, total, places);
  const even = total / blocks;
  const larger = total % blocks;
  for (let block = 0; block < blocks; block++) {
    const size = sizes ? load<i32>(sizes + (block << 2)) : even + (block < larger ? 1 : 0);
    const key = nameStream(seed, CANDIDATE, load<u32>(choices + (block << 2)));
    for (let column = 0; column < size; column++) {
      store<f64>(free + ((<usize>load<u32>(places)) << 3), computeQuantile(draw(key, column)));
      places += 4;
    }
  }
}

/** Member `name`'s `count` weights, float32: the free value of each group, times the scale, with drawn signs. */
export function drawWeights(
  seed: u32,
  name: u32,
  free: usize,
  group: i32,
  scale: f64,
  count: i32,
  weights: usize,
): void {
  const key = nameStream(seed, SIGN, name);
  let left = group;
  for (let i = 0; i < count; i++) {
    const sign: f64 = draw(key, i) & 1 ? -1 : 1;
    store<f32>(weights + (i << 2), <f32>(sign * scale * load<f64>(free)));
    if (--left === 0) {
      left = group;
      free += 8;
    }
  }
}

function drawPlaces(seed: u32, n: i32, places: usize): void {
  const key = nameStream(seed, PLACE, 0);
  for (let at = 0; at < n; at++) store<u32>(places + (at << 2), at);
  for (let at = n - 1; at > 0; at--) {
    const other = <i32>Math.floor((<f64>draw(key, at) * <f64>(at + 1)) / UNIT);
    const moved = load<u32>(places + (at << 2));
    store<u32>(places + (at << 2), load<u32>(places + (other << 2)));
    store<u32>(places + (other << 2), moved);
  }
}

function computeQuantile(u: u32): f64 {
  const q = (<f64>u + 0.5) / UNIT - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    const numerator = ((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
    return (q * numerator) / (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1);
  }
  const r = findRoot(-computeLogarithm(q < 0 ? u : u32.MAX_VALUE - u)) - 1.6;
  const numerator = ((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777;
  const tail = numerator / ((0.12021132975 * r + 0.7370016425) * r + 1);
  return q < 0 ? -tail : tail;
}

function computeLogarithm(u: u32): f64 {
  const zeros = clz(u);
  let m = (<f64>u + 0.5) / UNIT;
  for (let i: u32 = 0; i < zeros; i++) m *= 2;
  const t = (m - 1) / (m + 1);
  let sum: f64 = 0;
  for (let power = 17; power >= 1; power -= 2) sum = sum * t * t + 1 / <f64>power;
  return 2 * t * sum - <f64>zeros * Math.LN2;
}

function findRoot(x: f64): f64 {
  let root: f64 = 3;
  for (let i = 0; i < 6; i++) root = (root + x / root) / 2;
  return root;
}

function nameStream(seed: u32, purpose: u32, name: u32): u32 {
  return mix(mix(mix(seed) + purpose * GOLDEN) + name);
}

function draw(key: u32, at: u32): u32 {
  return mix(key ^ mix(at + GOLDEN));
}

function mix(value: u32): u32 {
  let h = value;
  h = (h ^ (h >>> 16)) * 0x85ebca6b;
  h = (h ^ (h >>> 13)) * 0xc2b2ae35;
  return h ^ (h >>> 16);
}
