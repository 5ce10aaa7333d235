import { expect, test } from "vitest";
import { computeSparsity } from "../../../../training/compression/pruning/schedule.ts";

test("it starts with nothing, ends with all that is asked for, and stays there", () => {
  for (const final of [0.1, 0.8, 0.98]) {
    expect(computeSparsity(0, { final, steps: 100 })).toBe(0);
    expect(computeSparsity(100, { final, steps: 100 })).toBe(final);
    expect(computeSparsity(101, { final, steps: 100 })).toBe(final);
  }
  expect(computeSparsity(0, { final: 0.5, steps: 0 })).toBe(0.5);
});

test("half way seven eighths are gone: 1 - (1/2)^3", () => {
  expect(computeSparsity(50, { final: 0.8, steps: 100 })).toBeCloseTo(0.7, 12);
  expect(computeSparsity(25, { final: 0.8, steps: 100 })).toBeCloseTo(0.8 * (1 - 0.421875), 12);
});

test("it never falls, and its steps shrink", () => {
  const shares = Array.from({ length: 61 }, (_, step) => computeSparsity(step, { final: 0.9, steps: 60 }));
  const gains = shares.slice(1).map((share, at) => share - shares[at]!);

  for (const [at, gain] of gains.entries()) {
    expect(gain).toBeGreaterThan(0);
    if (at > 0) expect(gain).toBeLessThan(gains[at - 1]!);
  }
});
