import { drawCandidates } from "@radlite/model/format";
import { drawUniform, seedRandom } from "@radlite/training/data";
import { describe, expect, test } from "vitest";
import {
  type BlockPosterior,
  chooseCandidate,
  drawTable,
} from "../../../../training/compression/miracle/coding.ts";

const makeUniform = (...names: number[]) => {
  const random = seedRandom(...names);
  return () => drawUniform(random, 0, 1);
};

/** A block whose KL is exactly the information of a choice: means are stretched until it is. */
function plantBlock(size: number, bits: number, seed: number): BlockPosterior {
  const uniform = makeUniform(seed, size);
  const normal = drawCandidates(seed + 1_000_000, size);
  const scales = Float64Array.from({ length: size }, () => 0.01 + uniform());
  const ratios = Float64Array.from({ length: size }, () => 0.6 + 0.2 * uniform());
  const fixed = ratios.reduce((sum, ratio) => sum - Math.log(ratio) + (ratio ** 2 - 1) / 2, 0);
  const directions = Float64Array.from({ length: size }, (_, i) => normal(i));
  const squares = directions.reduce((sum, value) => sum + value ** 2, 0);
  const stretch = Math.sqrt((2 * (bits * Math.LN2 - fixed)) / squares);
  return {
    means: directions.map((value, i) => stretch * value * scales[i]!),
    deviations: ratios.map((ratio, i) => ratio * scales[i]!),
    scales,
  };
}

/** Mean over the values of ((v - mu) / sigma)^2: 1 for a draw of the posterior itself. */
function measureDeviation({ means, deviations, scales }: BlockPosterior, row: (column: number) => number) {
  const squares = means.map((mean, i) => ((row(i) * scales[i]! - mean) / deviations[i]!) ** 2);
  return squares.reduce((sum, square) => sum + square, 0) / means.length;
}

describe("a planted block that carries as many nats as a choice", () => {
  test.each([
    { size: 16, bits: 10 },
    { size: 24, bits: 11 },
    { size: 32, bits: 12 },
  ])("of $size values in $bits bits is coded 1.1 to 1.3 posterior variances off", ({ size, bits }) => {
    const seeds = 120;
    let sum = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const block = plantBlock(size, bits, seed);
      const table = drawTable(seed, bits, size);

      const choice = chooseCandidate(table, block, makeUniform(seed, 2));

      sum += measureDeviation(block, drawCandidates(seed, choice));
    }
    expect(sum / seeds).toBeGreaterThan(1.1);
    expect(sum / seeds).toBeLessThan(1.3);
  });
});

test("choices follow posterior over prior: two candidates of known weights", () => {
  const table = { bits: 1, width: 1, values: Float64Array.of(0.5, -1) };
  const block = {
    means: Float64Array.of(0.3),
    deviations: Float64Array.of(1.5),
    scales: Float64Array.of(2),
  };
  // l = -(2 z - 0.3)^2 / 4.5 + z^2 / 2: -0.49 / 4.5 + 0.125 = 0.0161111 and -5.29 / 4.5 + 0.5 = -0.6755556
  const probability = 1 / (1 + Math.exp(-0.6755556 - 0.0161111));
  const uniform = makeUniform(3);

  let first = 0;
  for (let draw = 0; draw < 20_000; draw++) first += chooseCandidate(table, block, uniform) === 0 ? 1 : 0;

  const deviation = Math.sqrt((probability * (1 - probability)) / 20_000);
  expect(Math.abs(first / 20_000 - probability)).toBeLessThan(4 * deviation);
});

test("a narrow posterior takes the nearest candidate", () => {
  const table = drawTable(4, 12, 1);
  const block = { means: Float64Array.of(1), deviations: Float64Array.of(1e-5), scales: Float64Array.of(2) };

  const choice = chooseCandidate(table, block, makeUniform(5));

  const gaps = table.values.map((z) => Math.abs(z - 0.5));
  expect(gaps[choice]).toBe(Math.min(...gaps));
});
