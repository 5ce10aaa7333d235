import { drawPlaces } from "@radlite/model/format";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Blocks,
  cutByCount,
  cutByKl,
  listBlocks,
  sumByBlock,
} from "../../../../training/compression/miracle/blocks.ts";
import { chooseGrowth, FIRST_BETA, updateBetas } from "../../../../training/compression/miracle/schedule.ts";

/** Every value is in one block, the blocks follow the shuffle, and all lists agree. */
function expectPartition(blocks: Blocks, free: number, seed: number): void {
  expect(blocks.places).toEqual(drawPlaces(seed, free));
  expect(Uint32Array.from(listBlocks(blocks).flatMap((values) => [...values]))).toEqual(blocks.places);
  listBlocks(blocks).forEach((values, block) => {
    expect(values.length).toBe(blocks.sizes[block]);
    for (const value of values) expect(blocks.blockOf[value]).toBe(block);
  });
}

describe("blocks", () => {
  test("by count are as large as each other", () => {
    const blocks = cutByCount(103, 10, 5);

    expectPartition(blocks, 103, 5);
    expect([...blocks.sizes]).toEqual([11, 11, 11, 10, 10, 10, 10, 10, 10, 10]);
  });

  test("by KL hold the budget and their limit, and would not with one value more", () => {
    const kl = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(kl, fc.integer({ min: 1, max: 20 }), fc.nat({ max: 99 }), (nats, limit, seed) => {
        const values = Float64Array.from(nats);

        const blocks = cutByKl(values, { budget: 4, limit, seed });

        expectPartition(blocks, values.length, seed);
        const lists = listBlocks(blocks);
        sumByBlock(blocks, values).forEach((sum, block) => {
          const size = blocks.sizes[block]!;
          expect(size).toBeLessThanOrEqual(limit);
          if (size > 1) expect(sum).toBeLessThan(4 + 1e-9);
          const next = lists[block + 1]?.[0];
          if (next !== undefined && size < limit) expect(sum + values[next]!).toBeGreaterThan(4 - 1e-9);
        });
      }),
      { numRuns: 200, seed: 6 },
    );
  });

  test("sums are of the block's own values", () => {
    const blocks = cutByCount(4, 2, 9);
    const [a, b, c, d] = blocks.places;
    const values = new Float64Array(4);
    values[a!] = 1;
    values[b!] = 2;
    values[c!] = 10;
    values[d!] = 20;

    expect([...sumByBlock(blocks, values)]).toEqual([3, 30]);
  });
});

describe("the weight of the KL", () => {
  test("grows over the budget and shrinks at or under it", () => {
    const betas = Float64Array.of(1, 1, 1);

    updateBetas(betas, [5, 4, 3], { budget: 4, growth: 0.25 });

    expect([...betas]).toEqual([1.25, 0.8, 0.8]);
  });

  test("comes from 1e-8 to 1e-3 in two fifths of the steps", () => {
    const betas = Float64Array.of(FIRST_BETA);
    const growth = chooseGrowth(5000);

    for (let step = 0; step < 2000; step++) updateBetas(betas, [1], { budget: 0, growth });

    expect(betas[0]).toBeCloseTo(1e-3, 9);
    expect(growth).toBeGreaterThan(5e-3);
    expect(growth).toBeLessThan(6e-3);
    expect(chooseGrowth(1)).toBe(0.1);
  });
});
