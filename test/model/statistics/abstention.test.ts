import { errorBySureness, wilsonInterval } from "@radlite/model/statistics";
import { expect, test } from "vitest";

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

test("the least sure go first: of twenty cases one, two, four", () => {
  // Distances of 1 to 20 logits; wrong at 1, 2 and 17.
  const probabilities = Array.from({ length: 20 }, (_, at) => sigmoid(at % 2 === 0 ? at + 1 : -(at + 1)));
  const labels = probabilities.map((p, at) => Number(p >= 0.5) ^ Number([0, 1, 16].includes(at)));

  expect(errorBySureness(probabilities, labels, 0.5)).toEqual([
    { coverage: 1, n: 20, error: wilsonInterval(3, 20) },
    { coverage: 0.95, n: 19, error: wilsonInterval(2, 19) },
    { coverage: 0.9, n: 18, error: wilsonInterval(1, 18) },
    { coverage: 0.8, n: 16, error: wilsonInterval(1, 16) },
  ]);
});

test("sure means far from the threshold, in logits and not in probability", () => {
  // Threshold 0.1: in probability 0.2 lies nearer to it than 0.3, and 0.001 nearer than both.
  const labels = [1, 0, 0, 1, 0];
  const [, , ninety] = errorBySureness([0.2, 0.001, 0.09, 0.9, 0.2], labels, 0.1);
  const [, , , eighty] = errorBySureness([0.2, 0.001, 0.09, 0.9, 0.01], [1, 0, 1, 1, 0], 0.1);
  expect(ninety).toMatchObject({ n: 5, error: { value: 1 / 5 } });
  expect(eighty).toMatchObject({ n: 4, error: { value: 0 } }); // 0.09, which is wrong, went first
});

test("of cases as sure the wrong one counts, and certainty has no end", () => {
  const probabilities = [1, 1, 0, 0, 0.5];
  expect(errorBySureness(probabilities, [1, 0, 0, 0, 1], 0.5)[3]).toMatchObject({
    n: 4,
    error: { value: 0.25 },
  });
  expect(errorBySureness([0.9], [1], 0.5).map(({ n }) => n)).toEqual([1, 1, 1, 1]);
});
