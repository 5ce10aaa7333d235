/** Evidence of robustness: what is refused of it, and its figures, worked by hand. */

import { mcnemar, wilsonInterval } from "@radlite/model/statistics";
import {
  checkRobustness,
  digestImages,
  packFloats,
  type Robustness,
  reportRobustness,
  unpackFloats,
} from "@radlite/registry/bundle";
import { expect, test } from "vitest";
import { hash } from "../log/sample-events.ts";

const LABELS = ["NORMAL", "NORMAL", "PNEUMONIA", "PNEUMONIA", "PNEUMONIA"] as const;
const BEFORE = [0.25, 0.75, 0.75, 0.75, 0.25];
const AFTER = [0.75, 0.25, 0.25, Number.NaN, 0.25];

const cases = LABELS.map((label, at) => ({ sha256: hash(at + 1), label, probability: BEFORE[at]! }));
const EVIDENCE: Robustness = {
  ...{ formatVersion: 1, kind: "robustness", artifact: hash(0xa), threshold: 0.5 },
  ...{ images: digestImages(cases), cases },
  changes: [
    { name: "black-border-2", probabilities: packFloats(AFTER) },
    { name: "png-16-bit", probabilities: packFloats(BEFORE) },
  ],
};

test("figures under a change are of what was read under it, and held against the same radiographs", () => {
  const { untouched, changes, n } = reportRobustness(checkRobustness(EVIDENCE));

  expect(n).toBe(5);
  expect(untouched).toEqual({
    accuracy: wilsonInterval(3, 5),
    sensitivity: wilsonInterval(2, 3),
    specificity: wilsonInterval(1, 2),
  });
  expect(changes[0]).toEqual({
    ...{ change: "black-border-2", n: 4, refused: 1, toPneumonia: 1, toNormal: 2 },
    accuracy: wilsonInterval(1, 4),
    sensitivity: wilsonInterval(0, 2),
    specificity: wilsonInterval(1, 2),
    paired: mcnemar([true, false, true, false], [false, true, false, false]),
  });
  expect(changes[1]).toMatchObject({ n: 5, refused: 0, toPneumonia: 0, toNormal: 0, paired: { pValue: 1 } });
});

test("floats come back to the bit, NaN too", () => {
  expect(unpackFloats(packFloats([0.1, Number.NaN, 1]))).toEqual([Math.fround(0.1), Number.NaN, 1]);
});

test.each([
  ["another format", { formatVersion: 2 }, /robustness.formatVersion: expected 1: a newer Radlite wrote it/],
  [
    "no format",
    { formatVersion: undefined },
    /robustness.formatVersion: expected 1: it is damaged, or another file/,
  ],
  ["another kind", { kind: "fairness" }, /robustness.kind: /],
  ["other images", { images: hash(9) }, /images is 0+9, but its cases are/],
  ["one class", { cases: cases.slice(0, 2), images: digestImages(cases.slice(0, 2)) }, /are all NORMAL/],
  ["no change", { changes: [] }, /robustness.changes: /],
  ["a change twice", { changes: [EVIDENCE.changes[0], EVIDENCE.changes[0]] }, /the same change twice/],
  [
    "too few probabilities",
    { changes: [{ name: "crop-5", probabilities: packFloats([0.5]) }] },
    /crop-5 has 1 probabilities for 5 radiographs/,
  ],
  [
    "no probability",
    { changes: [{ name: "crop-5", probabilities: packFloats([0, 0, 0, 0, 2]) }] },
    /crop-5 has the probability 2, expected 0 to 1/,
  ],
  [
    "a name that no change has",
    { changes: [{ name: "Crop 5", probabilities: packFloats(BEFORE) }] },
    /robustness.changes.0.name: expected 1 to 40 lower-case/,
  ],
])("evidence with %s is refused", (_, part, message) => {
  expect(() => checkRobustness({ ...EVIDENCE, ...part })).toThrow(message);
});
