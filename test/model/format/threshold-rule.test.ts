import { formatThresholdRule, parseThresholdRule } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";

test("the three rules as people write them", () => {
  expect(parseThresholdRule("half")).toEqual({ kind: "half" });
  expect(parseThresholdRule("youden")).toEqual({ kind: "youden" });
  expect(parseThresholdRule("sensitivity:0.95")).toEqual({ kind: "sensitivity", target: 0.95 });
  expect(parseThresholdRule("sensitivity:1")).toEqual({ kind: "sensitivity", target: 1 });
});

test("a target comes back as it was written, also after a passage through float32", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (millionths) => {
      const target = millionths / 1_000_000;
      const text = formatThresholdRule({ kind: "sensitivity", target });
      expect(parseThresholdRule(text)).toEqual({ kind: "sensitivity", target });
      expect(formatThresholdRule({ kind: "sensitivity", target: Math.fround(target) })).toBe(text);
    }),
    { seed: 12 },
  );
});

test.each([
  "",
  "Half",
  "sensitivity",
  "sensitivity:0",
  "sensitivity:1.1",
  "sensitivity:95%",
  "sensitivity:.12345678",
])("%j is refused with the words that are allowed", (text) => {
  expect(() => parseThresholdRule(text)).toThrow(/"half", "youden" or "sensitivity:"/);
});
