/**
 * Numbers that encoder and decoder draw alike from a seed: candidates of a normal distribution, a permutation,
 * signs. Every draw is a function of its names, without a history, so a decoder draws only what it needs. All
 * is 32-bit integers and the four operations on doubles, which IEEE 754 rounds to the bit: the same numbers in
 * every engine and language. Math.log, exp, sqrt and sin are not, and stay out. Draws are final, as files are.
 */
const GOLDEN = 0x9e3779b9; // 2^32 / golden ratio: spreads small, consecutive names
const UNIT = 2 ** 32;

/** What a draw is for; each has numbers of its own. */
const CANDIDATE = 1;
const PLACE = 2;
const SIGN = 3;

/** Entry `column` of row `row` in the table of candidates: standard normal, a double. Names are below 2^32. */
export function drawCandidates(seed: number, row: number): (column: number) => number {
  const key = nameStream(seed, CANDIDATE, row);
  return (column) => computeQuantile(draw(key, column));
}

/** A permutation of 0 … n - 1 (Fisher-Yates, from the end). */
export function drawPlaces(seed: number, n: number): Uint32Array {
  const key = nameStream(seed, PLACE, 0);
  const places = Uint32Array.from({ length: n }, (_, at) => at);
  for (let at = n - 1; at > 0; at--) {
    const other = Math.floor((draw(key, at) * (at + 1)) / UNIT);
    const moved = places[at]!;
    places[at] = places[other]!;
    places[other] = moved;
  }
  return places;
}

/** The sign of number `at` of stream `name`: 1 or -1. */
export function drawSigns(seed: number, name: number): (at: number) => number {
  const key = nameStream(seed, SIGN, name);
  return (at) => (draw(key, at) & 1 ? -1 : 1);
}

/**
 * The standard normal quantile at (u + 1/2) / 2^32, for a whole u below 2^32: exactly odd around the middle, off
 * by less than 1e-6. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), routine PPND7; its logarithm is
 * a series and its square root Newton's, both of fixed length.
 */
export function computeQuantile(u: number): number {
  const q = (u + 0.5) / UNIT - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    const numerator = ((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
    return (q * numerator) / (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1);
  }
  const r = findRoot(-computeLogarithm(q < 0 ? u : UNIT - 1 - u)) - 1.6;
  const numerator = ((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777;
  const tail = numerator / ((0.12021132975 * r + 0.7370016425) * r + 1);
  return q < 0 ? -tail : tail;
}

/** ln of (u + 1/2) / 2^32 as that of m 2^-zeros, m in [1/2, 1): 2 (t + t^3/3 + …), t = (m - 1) / (m + 1). */
function computeLogarithm(u: number): number {
  const zeros = Math.clz32(u);
  let m = (u + 0.5) / UNIT;
  for (let i = 0; i < zeros; i++) m *= 2;
  const t = (m - 1) / (m + 1);
  let sum = 0;
  for (let power = 17; power >= 1; power -= 2) sum = sum * t * t + 1 / power;
  return 2 * t * sum - zeros * Math.LN2;
}

/** The square root of x, which the tails have between 2.5 and 23. */
function findRoot(x: number): number {
  let root = 3;
  for (let i = 0; i < 6; i++) root = (root + x / root) / 2;
  return root;
}

function nameStream(seed: number, purpose: number, name: number): number {
  return mix(mix(mix(seed) + Math.imul(purpose, GOLDEN)) + name);
}

/** A whole number below 2^32. */
function draw(key: number, at: number): number {
  return mix(key ^ mix(at + GOLDEN)) >>> 0;
}

/** The finaliser of MurmurHash3 (Appleby 2011, public domain): every input bit reaches every output bit. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
