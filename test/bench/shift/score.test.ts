import { expect, it } from "vitest";
import { scoreStresses } from "../../../bench/shift/score.ts";
import { STRESSES, type Stressed } from "../../../bench/shift/stress.ts";

const everywhere = (rates: [number, number]) =>
  Object.fromEntries(Object.keys(STRESSES).map((stress) => [stress, rates])) as Stressed;

it("weighs both classes alike, and takes mean and worst over the changes alone", () => {
  const stressed: Stressed = {
    ...everywhere([0.9, 0.7]),
    unchanged: [0, 0],
    noise: [1, 0.15],
  };

  const { mean, worst } = scoreStresses(stressed);

  expect(worst).toBeCloseTo(0.575, 12);
  expect(mean).toBeCloseTo((8 * 0.8 + 0.575) / 9, 12);
});
