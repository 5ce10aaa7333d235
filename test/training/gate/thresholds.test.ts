import fc from "fast-check";
import { expect, test } from "vitest";
import { findLowerThreshold, findThresholds } from "../../../training/gate/thresholds.ts";

const scoresOf = (count: number) =>
  fc.array(
    fc.record({ content: fc.integer({ min: -50, max: 50 }), novelty: fc.integer({ min: 0, max: 90 }) }),
    {
      minLength: count,
      maxLength: count + 150,
    },
  );
const countAbove = (
  scores: { content: number; novelty: number }[],
  limits: ReturnType<typeof findThresholds>,
) => scores.filter(({ content, novelty }) => content > limits.content || novelty > limits.novelty).length;

test("never more than the budget is turned away, and a larger budget never has a higher threshold", () => {
  fc.assert(
    fc.property(scoresOf(100), (scores) => {
      const budgets = [0.01, 0.02, 0.05, 0.2, 0.5];
      const found = budgets.map((budget) => findThresholds(scores, budget));
      found.forEach((limits, i) => {
        expect(countAbove(scores, limits)).toBeLessThanOrEqual(budgets[i]! * scores.length);
        const looser = found[i - 1] ?? limits;
        expect(limits.content).toBeLessThanOrEqual(looser.content);
        expect(limits.novelty).toBeLessThanOrEqual(looser.novelty);
      });
    }),
    { seed: 5, numRuns: 100 },
  );
});

test("a hundred pictures of which other ones are highest by each score: two ranks turn away four", () => {
  const scores = Array.from({ length: 100 }, (_, i) => ({ content: i, novelty: 99 - i }));
  expect(findThresholds(scores, 0.04)).toEqual({ content: 97, novelty: 97 });
  expect(findThresholds(scores, 0.05)).toEqual({ content: 97, novelty: 97 });
  expect(findThresholds(scores, 0.06)).toEqual({ content: 96, novelty: 96 });
});

test("too few pictures for a budget say how many it takes", () => {
  const scores = Array.from({ length: 99 }, (_, i) => ({ content: i, novelty: i }));
  expect(() => findThresholds(scores, 0.01)).toThrow(
    expect.objectContaining({
      code: "BAD_INPUT",
      message: expect.stringMatching(/99 radiographs; expected at least 100/),
    }),
  );
});

test("below a lower threshold lie as many as the budget allows", () => {
  const scores = [5, 3, 9, 1, 7, 8, 2, 6, 4, 0];
  expect(findLowerThreshold(scores, 0.2)).toBe(2);
  expect(findLowerThreshold(scores, 0.05)).toBe(0);
});
