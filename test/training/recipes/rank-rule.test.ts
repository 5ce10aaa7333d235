import { formatRankRule } from "@radlite/training/recipes";
import { expect, test } from "vitest";
import { parseRankRule } from "../../../training/recipes/rank-rule.ts";

test.each(["vbmf", "energy:0.9", "energy:1", "energy:0.925"])("%s is read and written alike", (rule) => {
  expect(formatRankRule(parseRankRule(rule))).toBe(rule);
});

test.each(["energy", "energy:0", "energy:1.01", "energy:-1", "energy:90%", "vbmf:2", "", "full"])(
  "%j is no rule",
  (rule) => {
    expect(() => parseRankRule(rule)).toThrow(
      expect.objectContaining({
        code: "BAD_INPUT",
        message: expect.stringContaining("allowed: vbmf, or energy:"),
      }),
    );
  },
);
