/** The review band in a file: four bytes behind the threshold, none where there is no band, and refused if forged. */
import {
  type Calibration,
  describeParts,
  encodeNetwork,
  open,
  type Review,
  seal,
} from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomNetwork } from "../networks.ts";
import { BAD_ARTIFACT, BAD_INPUT, CALIBRATION, withSection } from "./artifacts.ts";

const plain = randomNetwork(1);
const network = encodeNetwork(plain);
const withReview = (review: Review): Calibration => ({ ...CALIBRATION, review });
const sealed = seal(network, CALIBRATION);

test("bands come back equal, in six bytes at most", () => {
  const reviews = fc.record({
    coverage: fc.integer({ min: 1, max: 999 }).map((thousandths) => thousandths / 1000),
    halfWidth: fc.integer({ min: 0, max: 2048 }).map((steps) => steps / 64),
  });
  fc.assert(
    fc.property(reviews, (review) => {
      const file = seal(network, withReview(review));
      expect(open(file).calibration).toEqual(withReview(review));
      expect(file.length - sealed.length).toBeLessThanOrEqual(6);
    }),
    { numRuns: 200, seed: 6 },
  );
});

test("the section of a usual band, byte by byte: tag 6, two bytes, 50 thousandths, 52 64ths", () => {
  const file = seal(network, withReview({ coverage: 0.95, halfWidth: 52 / 64 }));

  expect([...file.subarray(sealed.length - 4, -4)]).toEqual([6, 2, 50, 52]);
  expect(describeParts(file).at(-2)).toEqual({ name: "review band", bytes: 4 });
});

test("it goes with the rest of what is fitted, and stands behind the trimming", () => {
  const trimming = encodeNetwork({ ...plain, input: { ...plain.input, trim: true } });
  const file = seal(trimming, withReview({ coverage: 0.9, halfWidth: 1 }));

  expect(
    describeParts(file)
      .map(({ name }) => name)
      .slice(-4),
  ).toEqual(["calibration", "trim", "review band", "checksum"]);
  expect(open(file).networkBytes).toEqual(trimming);
  expect(seal(file, CALIBRATION)).toEqual(seal(trimming, CALIBRATION));
});

test("a file without it has no band", () => {
  expect(open(sealed).calibration).not.toHaveProperty("review");
});

test.each<[string, Partial<Review>]>([
  ["nothing answered", { coverage: 0 }],
  ["everything answered", { coverage: 1 }],
  ["a promise of four decimals", { coverage: 0.9505 }],
  ["no number", { coverage: Number.NaN }],
  ["a width between two steps", { halfWidth: 0.51 }],
  ["a width below zero", { halfWidth: -1 }],
  ["a width beyond the widest", { halfWidth: 32 + 1 / 64 }],
])("%s is a BAD_INPUT", (_, change) => {
  expect(() => seal(network, withReview({ coverage: 0.95, halfWidth: 1, ...change }))).toThrow(BAD_INPUT);
});

test.each<[string, number[], string]>([
  ["all to review", [6, 3, 0xe8, 0x07, 1], "0 as coverage"],
  ["more than all to review", [6, 5, 0xff, 0xff, 0xff, 0x7f, 1], "as coverage"],
  ["none to review", [6, 2, 0, 1], "1 as coverage"],
  ["wider than the widest", [6, 3, 50, 0x81, 0x10], "32.015625 as half its width"],
  ["bytes left over", [6, 3, 50, 52, 0], "1 bytes too many in its review band"],
  ["bytes missing", [6, 1, 50], "review band"],
  ["nothing", [6, 0], "review band"],
  ["twice", [6, 2, 50, 52, 6, 2, 50, 52], "section 6 after section 6"],
])("a forged band, %s, is a BAD_ARTIFACT", (_, section, message) => {
  const file = withSection(sealed, section);

  expect(() => open(file)).toThrow(BAD_ARTIFACT);
  expect(() => open(file)).toThrow(message);
});

test("a band without a threshold is a BAD_ARTIFACT", () => {
  expect(() => open(withSection(network, [6, 2, 50, 52]))).toThrow(
    "a review band and no threshold that it surrounds",
  );
});
