import { drawPermutation, drawUniform, seedRandom } from "@radlite/training/data";
import { describe, expect, it } from "vitest";

describe("seedRandom", () => {
  it("gives unrelated streams to neighbouring names and to the same names in another order", () => {
    const firstOf = (...names: number[]) => seedRandom(...names).next();
    const firsts = [firstOf(0, 0), firstOf(0, 1), firstOf(1, 0), firstOf(1, 1), firstOf(0), firstOf(0, 0, 0)];

    expect(new Set(firsts).size).toBe(firsts.length);
    expect(firstOf(4, 2)).toBe(firstOf(4, 2));
  });

  it("is uniform over consecutive names, in mean and in the share of each tenth", () => {
    const draws = Array.from({ length: 20_000 }, (_, name) => drawUniform(seedRandom(7, name), 0, 1));
    const tenths = new Array<number>(10).fill(0);
    for (const draw of draws) tenths[Math.floor(draw * 10)]!++;

    const chiSquare = tenths.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
    let product = 0;
    for (let at = 1; at < draws.length; at++) product += (draws[at]! - 0.5) * (draws[at - 1]! - 0.5);
    expect(Math.abs((product / draws.length) * 12)).toBeLessThan(0.025); // correlation of neighbours
  });
});

describe("drawPermutation", () => {
  it("holds every number once and depends on the seed", () => {
    const order = drawPermutation(seedRandom(1), 500);

    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, at) => at));
    expect(order).not.toEqual(drawPermutation(seedRandom(2), 500));
    expect(order.filter((value, at) => value === at).length).toBeLessThan(8); // one fixed point is expected
  });
});
