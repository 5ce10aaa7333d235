import { sigmoid } from "@radlite/model/statistics";
import { expect, test } from "vitest";
import { fitLogistic } from "../../../training/gate/logistic.ts";
import { createNumbers } from "../../model/networks.ts";

const ROWS = [
  [1, 2, 0.5],
  [2, 1, -1],
  [0, 3, 2],
  [4, -1, 0],
  [3, 0, 1],
  [-2, 2, 3],
  [1, 1, 1],
].map((row) => Float64Array.from(row));
const SIGNS = [1, 1, -1, 1, 1, -1, -1];
const IMPORTANCE = [1, 2, 1, 0.5, 1, 3, 1];

test("the same as scikit-learn 1.9's LogisticRegression(C=0.5, tol=1e-12) with these sample weights", () => {
  const { weights, bias } = fitLogistic({ rows: ROWS, signs: SIGNS, importance: IMPORTANCE });
  [0.62815022, -0.16154445, -0.59487362].forEach((weight, i) => {
    expect(weights[i]).toBeCloseTo(weight, 6);
  });
  expect(bias).toBeCloseTo(0.28224761, 6);
});

test("the gradient is zero at the answer, of thousands of cases that a plane parts without a fault", () => {
  const numbers = createNumbers(7);
  const rows = Array.from({ length: 4000 }, () => Float64Array.from(numbers.floats(6, 3)));
  const signs = rows.map((row) => (row[0]! - 2 * row[3]! + 0.5 > 0 ? 1 : -1));
  const { weights, bias } = fitLogistic({ rows, signs }, { c: 2 });

  const score = (row: Float64Array) => row.reduce((sum, value, i) => sum + value * weights[i]!, bias);
  const slopes = rows.map((row, at) => -2 * signs[at]! * sigmoid(-signs[at]! * score(row)));
  for (let i = 0; i < 6; i++)
    expect(slopes.reduce((sum, slope, at) => sum + slope * rows[at]![i]!, weights[i]!)).toBeCloseTo(0, 3);
  expect(slopes.reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(0, 3);
  expect(weights[3]! / weights[0]!).toBeCloseTo(-2, 1);
  expect(rows.filter((row, at) => score(row) * signs[at]! > 0).length).toBeGreaterThan(3980);
});

test("a case that counts twice is two cases", () => {
  const twice = fitLogistic({ rows: ROWS, signs: SIGNS, importance: [2, 1, 1, 1, 1, 1, 1] });
  const two = fitLogistic({ rows: [...ROWS, ROWS[0]!], signs: [...SIGNS, SIGNS[0]!] });
  twice.weights.forEach((weight, i) => {
    expect(weight).toBeCloseTo(two.weights[i]!, 8);
  });
});

test("without a bias, cases and their negatives give what the cases give alone, at twice the strength", () => {
  const ones = ROWS.map(() => 1);
  const alone = fitLogistic({ rows: ROWS, signs: ones }, { bias: false, c: 1 });
  const both = fitLogistic(
    { rows: [...ROWS, ...ROWS.map((row) => row.map((x) => -x))], signs: [...ones, ...ones.map(() => -1)] },
    { c: 0.5 },
  );
  expect(alone.bias).toBe(0);
  expect(both.bias).toBeCloseTo(0, 8);
  alone.weights.forEach((weight, i) => {
    expect(weight).toBeCloseTo(both.weights[i]!, 6);
  });
});
