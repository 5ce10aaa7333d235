import { aucDeLong, calibrationError, summariseScores, wilsonInterval } from "@radlite/model/statistics";
import { expect, test } from "vitest";

test("seven cases at a threshold of 0.5, counted by hand", () => {
  const probabilities = [0.9, 0.5, 0.4, 0.7, 0.2, 0.6, 0.1];
  const labels = [1, 1, 1, 1, 0, 0, 0];

  const metrics = summariseScores(probabilities, labels, 0.5);

  // 0.5 itself is called PNEUMONIA: three of four found, two of three spared, ten of twelve pairs in order.
  expect(metrics).toEqual({
    n: 7,
    accuracy: wilsonInterval(5, 7),
    sensitivity: wilsonInterval(3, 4),
    specificity: wilsonInterval(2, 3),
    auc: aucDeLong(probabilities, labels),
    confusion: { truePositives: 3, falseNegatives: 1, trueNegatives: 2, falsePositives: 1 },
    ece: calibrationError(probabilities, labels),
  });
  expect(metrics.auc.value).toBeCloseTo(10 / 12, 12);
});

test("a set without a NORMAL case is refused by name", () => {
  expect(() => summariseScores([0.9], [1], 0.5)).toThrow(
    expect.objectContaining({ code: "BAD_INPUT", message: expect.stringMatching(/no NORMAL case among 1/) }),
  );
});
