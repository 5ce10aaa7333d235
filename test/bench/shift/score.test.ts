import { expect, it } from "vitest";
import { scoreStresses } from "../../../bench/shift/score.ts";
import { STRESSES, type Stressed } from "../../../bench/shift/stress.ts";

const everywhere = (rates: [number, number]) =>
  Object.fromEntries(Object.keys(STRESSES).map((stress) => [stress, rates])) as Stressed;

it("weighs both classes alike, over all changes and those of shape, and finds the lowest rate of these", () => {
  const stressed: Stressed = {
    ...everywhere([0.9, 0.7]),
    unchanged: [0, 0],
    noise: [1, 0.15],
    "size-x-1-25": [0.6, 1],
  };

  const { mean, shape, worst } = scoreStresses(stressed);

  expect(mean).toBeCloseTo((8 * 0.8 + 0.575) / 9, 12);
  expect(shape).toBeCloseTo(0.8, 12);
  expect(worst).toBe(0.6);
});
