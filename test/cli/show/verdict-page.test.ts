import { expect, test } from "vitest";
import { describeVerdicts, type Judge, type VerdictRow } from "../../../cli/show/verdict-page.ts";

const FIGURE = { value: 0.9, low: 0.8, high: 0.95 };
const JUDGE: Judge = {
  ...{ title: "chest-xray version 1", bytes: 9, sha256: "00" },
  operatingPoint: {
    ...{ threshold: 0.5, rule: "half", on: "VALIDATION" },
    ...{ sensitivity: FIGURE, specificity: FIGURE },
  },
};
const NORMAL: VerdictRow = {
  file: "a.png",
  verdict: "NORMAL",
  probability: 0.1,
  review: [],
  applicability: { status: "UNKNOWN" },
};

test("what has no verdict has its row among the others, with the reason", () => {
  const refused = { file: "notes.txt", error: { code: "BAD_INPUT", reason: "NOT_AN_IMAGE" } };
  const missing = { file: "lost.png", error: { code: "NOT_FOUND" } };
  expect(describeVerdicts([NORMAL, refused, missing], JUDGE).split("\n\n")[0]).toMatchInlineSnapshot(`
    "file       verdict   probability  why
    a.png      NORMAL          0.100
    notes.txt  refused                NOT_AN_IMAGE
    lost.png   not read               NOT_FOUND"
  `);
  expect(describeVerdicts([NORMAL], JUDGE)).toMatch(/^file +verdict +probability\na.png +NORMAL +0.100\n/);
});
