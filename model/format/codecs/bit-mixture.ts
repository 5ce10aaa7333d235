/**
 * The probability of the next bit, from several counts that have each seen other contexts: logistic mixing, in
 * which the models that predict well gain weight. Whole numbers alone, so that every engine agrees.
 *   s_j = log2(p_j / (1 - p_j)),  p = 1 / (1 + 2^-(sum w_j s_j)),  w_j += rate * (bit - p) * s_j
 * Each p_j is the share of ones so far, moved by (bit - p_j) / (n + 2) at its n-th bit, at LIMIT at last.
 * Mahoney, "Adaptive Weighing of Context Models for Lossless Data Compression", 2005.
 */
import { type BinaryCoder, PROBABILITY_UNIT } from "../range-coder.ts";

/** Of a logarithm: 256 to a factor of two. */
const LOG_BITS = 8;
/** The largest logarithm of odds, that of 4095 to 1, rounded up. */
const MAX_LOG = 12 << LOG_BITS;

/** Probabilities in the making have ten bits more than those that code. */
const EXTRA_BITS = 10;
const CERTAIN = PROBABILITY_UNIT << EXTRA_BITS;
/** Bits after which a probability forgets at a constant rate, 1 / (LIMIT + 2). */
const LIMIT = 1023;

/** A weight of 1. */
const WEIGHT_UNIT = 0x10000;
/** A weight moves by the error, in parts of PROBABILITY_UNIT, times the logarithm times 7 / 2^14, rounded down. */
const LEARNING = 7;
const LEARNING_BITS = 14;

export interface BitMixture {
  /**
   * Codes `bit` at `node` of the decision tree, with weights of the set `level`; `contexts` holds one for each
   * model. Returns the bit, as the coder gives it.
   */
  code(coder: BinaryCoder, bit: number, node: number, level: number, contexts: Int32Array): number;
}

export interface MixtureOptions {
  nodes: number;
  levels: number;
  /** For each model: how many contexts it tells apart, and its weight at the start, in parts of 65536 that add up to it. */
  models: readonly { contexts: number; weight: number }[];
}

export function createBitMixture({ nodes, levels, models }: MixtureOptions): BitMixture {
  tables ??= buildTables();
  const { stretch, squash } = tables;
  const count = models.length;
  const starts = models.map(
    (_, j) => nodes * models.slice(0, j).reduce((sum, { contexts }) => sum + contexts, 0),
  );
  const cells = nodes * models.reduce((sum, { contexts }) => sum + contexts, 0);
  const probabilities = new Int32Array(cells).fill(CERTAIN >> 1);
  const ages = new Uint16Array(cells);
  const weights = Float64Array.from({ length: levels * count }, (_, at) => models[at % count]!.weight);
  const logs = new Int32Array(count);
  const places = new Int32Array(count);

  return {
    code(coder, bit, node, level, contexts) {
      const set = level * count;
      let sum = 0;
      for (let j = 0; j < count; j++) {
        const place = starts[j]! + contexts[j]! * nodes + node;
        const log = stretch[probabilities[place]! >> EXTRA_BITS]!;
        places[j] = place;
        logs[j] = log;
        sum += weights[set + j]! * log;
      }
      const log = Math.min(Math.max(Math.floor(sum / WEIGHT_UNIT), -MAX_LOG), MAX_LOG);
      const ones = squash[log + MAX_LOG]!;
      const coded = coder.code(bit, ones);

      const error = LEARNING * (coded * PROBABILITY_UNIT - ones);
      const target = coded * (CERTAIN - 1);
      for (let j = 0; j < count; j++) {
        weights[set + j]! += (logs[j]! * error) >> LEARNING_BITS;
        const place = places[j]!;
        const age = ages[place]!;
        const probability = probabilities[place]!;
        probabilities[place] = probability + (((target - probability) / (age + 2)) | 0);
        if (age < LIMIT) ages[place] = age + 1;
      }
      return coded;
    },
  };
}

interface Tables {
  /** Logarithm of the odds of every probability. */
  stretch: Int32Array;
  /** Probability of every logarithm from -MAX_LOG on. */
  squash: Int32Array;
}

/** Built when they are first needed: files without this coding need not wait for them. */
let tables: Tables | undefined;

function buildTables(): Tables {
  const stretch = buildStretch();
  return { stretch, squash: buildSquash(stretch) };
}

/** That of 0 is that of 1. */
function buildStretch(): Int32Array {
  const odds = (ones: number) => computeLog2(ones) - computeLog2(PROBABILITY_UNIT - ones);
  return Int32Array.from({ length: PROBABILITY_UNIT }, (_, ones) => odds(Math.max(ones, 1)));
}

/** The inverse: the first probability whose logarithm is as large. */
function buildSquash(stretch: Int32Array): Int32Array {
  let ones = 1;
  return Int32Array.from({ length: 2 * MAX_LOG + 1 }, (_, at) => {
    while (ones < PROBABILITY_UNIT - 1 && stretch[ones]! < at - MAX_LOG) ones++;
    return ones;
  });
}

/** floor(256 log2(value)) up to rounding of the squares, a bit at a time: log2(x^2) = 2 log2(x). */
function computeLog2(value: number): number {
  let log = 31 - Math.clz32(value);
  let mantissa = (value << 15) >> log; // [1, 2) in 2^-15
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
