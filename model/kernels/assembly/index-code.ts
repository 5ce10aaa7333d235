/**
 * Decodes what model/format/codecs/index-model.ts encodes: indices of shared weights in an adaptive binary
 * arithmetic code, whose probabilities are mixed from three models. The words are those of that file, of
 * bit-mixture.ts and of range-coder.ts, which say why; here they are in one loop. Every number is the same to the
 * bit: whole ones in doubles where the others have doubles.
 */

const PROBABILITY_BITS = 12;
const PROBABILITY_UNIT = 1 << PROBABILITY_BITS;
const EXTRA_BITS = 10;
const CERTAIN = PROBABILITY_UNIT << EXTRA_BITS;
const MOST_AGE = 1023;
const LOG_BITS = 8;
const MAX_LOG = 12 << LOG_BITS;
const WEIGHT_UNIT: f64 = 65536;
const LEARNING = 7;
const LEARNING_BITS = 14;

const READ_AHEAD = 3;
const WHOLE = 1 << 24;
const TOP = 1 << 16;

const MODELS = 3;
const NEIGHBOUR_RANKS = 4;
const NEIGHBOUR_CONTEXTS = 2 * NEIGHBOUR_RANKS + 1;
const FILTER_LIMITS = 5;
const PRIOR_WEIGHTS: f64 = 4;
const SIXTEENTHS: f64 = 16;
/** Contexts of the three models together. */
const CONTEXTS = 1 + NEIGHBOUR_CONTEXTS + FILTER_LIMITS + 1;

/** Of the stream. */
let low: i32 = 0;
let range: i32 = 0;
let offset: i32 = 0;
let position: i32 = 0;
let source: usize = 0;
let sourceLength: i32 = 0;

/** Of the mixture: where its tables, cells and weights lie, and the contexts of the index at hand. */
let stretch: usize = 0;
let squash: usize = 0;
let probabilities: usize = 0;
let ages: usize = 0;
let weights: usize = 0;
let nodes: i32 = 0;
let neighbourContext: i32 = 0;
let filterContext: i32 = 0;

/** The state behind the last bit: for the check that the stream ends as it must. */
export function getLow(): i32 {
  return low;
}
export function getRange(): i32 {
  return range;
}
export function getOffset(): i32 {
  return offset;
}
export function getPosition(): i32 {
  return position;
}

/** Fills the tables of the logistic: `stretched` has 4096 words, `squashed` 6145. */
export function buildLogistic(stretched: usize, squashed: usize): void {
  for (let ones = 0; ones < PROBABILITY_UNIT; ones++) {
    const likely = max(ones, 1);
    store<i32>(stretched + (ones << 2), computeLog2(likely) - computeLog2(PROBABILITY_UNIT - likely));
  }
  let ones = 1;
  for (let at = 0; at <= 2 * MAX_LOG; at++) {
    while (ones < PROBABILITY_UNIT - 1 && load<i32>(stretched + (ones << 2)) < at - MAX_LOG) ones++;
    store<i32>(squashed + (at << 2), ones);
  }
}

function computeLog2(value: i32): i32 {
  let log = 31 - clz(value);
  let mantissa: u32 = ((value as u32) << 15) >> log;
  for (let bit = 0; bit < LOG_BITS; bit++) {
    mantissa = (mantissa * mantissa) >>> 15;
    log *= 2;
    if (mantissa >= 1 << 16) {
      mantissa >>>= 1;
      log++;
    }
  }
  return log;
}

/**
 * Decodes `count` indices of a tensor whose rows have `filters` numbers and whose neighbours lie `left` and `above`
 * before; returns whether the stream was long enough.
 * @param grades a signed byte an entry of the codebook
 * @param zero the entry that is zero, below 0 for none
 * @param entries of the codebook
 * @param scratch room for 8 bytes a filter, then 96 · 2^depth bytes and 24 · (depth + 1), depth that of the tree
 * @param logistic the tables of `buildLogistic`, one behind the other
 */
export function decodeIndices(
  bytes: usize,
  length: i32,
  grades: usize,
  entries: i32,
  zero: i32,
  filters: i32,
  left: i32,
  above: i32,
  indices: usize,
  count: i32,
  scratch: usize,
  logistic: usize,
): bool {
  const others = entries - (zero < 0 ? 0 : 1);
  const depth = others > 1 ? 32 - clz(others - 1) : 0;
  const sums = scratch;
  startMixture(sums + (filters << 3), depth, logistic);
  memory.fill(sums, 0, filters << 3);
  startStream(bytes, length);

  let total: f64 = 0;
  for (let start = 0; start < count; start += filters) {
    const row: f64 = <f64>(start / filters);
    const mean = max(Math.floor((SIXTEENTHS * total) / <f64>max(start, 1)), 1);
    for (let filter = 0; filter < filters; filter++) {
      const at = start + filter;
      let neighbours = 0;
      if (at >= left) neighbours += load<i8>(grades + load<u8>(indices + at - left));
      if (at >= above) neighbours += load<i8>(grades + load<u8>(indices + at - above));
      neighbourContext = rankNeighbours(neighbours);
      const sum = load<f64>(sums + (filter << 3));
      filterContext = rankFilter(SIXTEENTHS * sum, row, mean);
      const index = decodeIndex(zero, others, depth);
      store<u8>(indices + at, index);
      const size: f64 = <f64>abs(<i32>load<i8>(grades + index));
      store<f64>(sums + (filter << 3), sum + size);
      total += size;
      if (position > sourceLength + READ_AHEAD) return false;
    }
  }
  return true;
}

function startStream(bytes: usize, length: i32): void {
  source = bytes;
  sourceLength = length;
  low = 0;
  range = WHOLE;
  offset = 0;
  position = 0;
  for (let read = 0; read < READ_AHEAD; read++) offset = (offset << 8) | nextByte();
}

function nextByte(): i32 {
  const byte = position < sourceLength ? <i32>load<u8>(source + position) : 0;
  position++;
  return byte;
}

function startMixture(cells: usize, depth: i32, logistic: usize): void {
  stretch = logistic;
  squash = logistic + (PROBABILITY_UNIT << 2);
  nodes = 1 << depth;
  weights = cells;
  for (let level = 0; level <= depth; level++) {
    const set = weights + level * MODELS * 8;
    store<f64>(set, 0x4000);
    store<f64>(set, 0x7000, 8);
    store<f64>(set, 0x5000, 16);
  }
  probabilities = weights + (depth + 1) * MODELS * 8;
  ages = probabilities + ((nodes * CONTEXTS) << 2);
  for (let cell = 0; cell < nodes * CONTEXTS; cell++) {
    store<i32>(probabilities + (cell << 2), CERTAIN >> 1);
    store<u16>(ages + (cell << 1), 0);
  }
}

function decodeIndex(zero: i32, others: i32, depth: i32): i32 {
  if (zero >= 0) {
    if (others === 0 || !decodeBit(0, 0)) return zero;
  }
  let found = 0;
  let node = 1;
  for (let level = depth - 1; level >= 0; level--) {
    const half = 1 << level;
    const bit = found + half >= others ? 0 : decodeBit(node, level + 1);
    found += bit * half;
    node = 2 * node + bit;
  }
  return zero >= 0 && found >= zero ? found + 1 : found;
}

function decodeBit(node: i32, level: i32): i32 {
  const place0 = node;
  const place1 = (1 + neighbourContext) * nodes + node;
  const place2 = (1 + NEIGHBOUR_CONTEXTS + filterContext) * nodes + node;
  const log0 = stretchOf(place0);
  const log1 = stretchOf(place1);
  const log2 = stretchOf(place2);
  const set = weights + level * MODELS * 8;
  const weight0 = load<f64>(set);
  const weight1 = load<f64>(set, 8);
  const weight2 = load<f64>(set, 16);
  const sum = weight0 * <f64>log0 + weight1 * <f64>log1 + weight2 * <f64>log2;
  const log = <i32>min(max(Math.floor(sum / WEIGHT_UNIT), <f64>-MAX_LOG), <f64>MAX_LOG);
  const ones = load<i32>(squash + ((log + MAX_LOG) << 2));

  const split = <i32>((<u64>range * <u64>ones) >> PROBABILITY_BITS);
  const bit: i32 = offset < split ? 1 : 0;
  if (bit) range = split;
  else {
    low = (low + split) & (WHOLE - 1);
    offset -= split;
    range -= split;
  }
  while (range < TOP) {
    low = (low & (TOP - 1)) << 8;
    offset = (offset << 8) | nextByte();
    range <<= 8;
  }

  const error = LEARNING * (bit * PROBABILITY_UNIT - ones);
  store<f64>(set, weight0 + <f64>((log0 * error) >> LEARNING_BITS));
  store<f64>(set, weight1 + <f64>((log1 * error) >> LEARNING_BITS), 8);
  store<f64>(set, weight2 + <f64>((log2 * error) >> LEARNING_BITS), 16);
  const target = bit * (CERTAIN - 1);
  learn(place0, target);
  learn(place1, target);
  learn(place2, target);
  return bit;
}

function stretchOf(place: i32): i32 {
  return load<i32>(stretch + ((load<i32>(probabilities + (place << 2)) >> EXTRA_BITS) << 2));
}

function learn(place: i32, target: i32): void {
  const cell = probabilities + (place << 2);
  const age = <i32>load<u16>(ages + (place << 1));
  const probability = load<i32>(cell);
  store<i32>(cell, probability + (target - probability) / (age + 2));
  if (age < MOST_AGE) store<u16>(ages + (place << 1), age + 1);
}

/** Sums of two grades pass at 1, 3, 6 and 10, on either side of zero. */
function rankNeighbours(sum: i32): i32 {
  const size = abs(sum);
  const rank = size < 1 ? 0 : size < 3 ? 1 : size < 6 ? 2 : size < 10 ? 3 : 4;
  return NEIGHBOUR_RANKS + (sum < 0 ? -rank : rank);
}

/** Means of a filter pass at 3, 5, 7, 9 and 12 eighths of the tensor's. */
function rankFilter(sum: f64, row: f64, mean: f64): i32 {
  const unit = (row + PRIOR_WEIGHTS) * mean;
  const prior = PRIOR_WEIGHTS * mean;
  if (sum < (unit * 3) / 8 - prior) return 0;
  if (sum < (unit * 5) / 8 - prior) return 1;
  if (sum < (unit * 7) / 8 - prior) return 2;
  if (sum < (unit * 9) / 8 - prior) return 3;
  if (sum < (unit * 12) / 8 - prior) return 4;
  return 5;
}
