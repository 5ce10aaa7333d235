/** The cases of an evaluation: what is right is taken over, whatever is wrong is named by its place. */
import { checkEvaluation, type Evaluation } from "@radlite/registry/bundle";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tinyVersion } from "../../fixtures/tiny-version.ts";

const [validation, stress] = tinyVersion(1).evaluations as [Evaluation, Evaluation];

test("all of what is known is kept, nothing else, and the caller's own stay as they are", () => {
  for (const given of [validation, stress]) {
    const cases = given.cases.map((one, at) => (at % 2 === 0 ? { ...one, subgroup: "virus" } : one));
    const strange = cases.map((one) => ({ patient: "Ada", ...one }));
    const checked = checkEvaluation({ ...given, cases: strange, more: 1 } as Evaluation);
    expect(checked).toEqual({ ...given, cases });
    expect(checked.cases[0]).not.toBe(strange[0]);
  }
});

const WRONG: Record<string, unknown[]> = {
  sha256: [undefined, 1, "A".repeat(64), "a".repeat(63), `${"a".repeat(64)}\n`, null],
  label: [undefined, "normal", "toString", 0, ["NORMAL"]],
  probability: [undefined, "0.5", -0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, null],
  subgroup: ["", "Virus", "a".repeat(41), 5, null, ["virus"]],
  change: ["", "a b", null, {}],
};

test("one field that is wrong is refused by name", () => {
  fc.assert(
    fc.property(fc.nat(validation.cases.length - 1), fc.constantFrom(...Object.keys(WRONG)), (at, field) => {
      for (const wrong of WRONG[field]!) {
        const cases = validation.cases.map((one, i) => (i === at ? { ...one, [field]: wrong } : one));
        expect(() => checkEvaluation({ ...validation, cases })).toThrow(`evaluation.cases.${at}.${field}: `);
      }
    }),
    { numRuns: 20, seed: 3 },
  );
});

test("so is what is no list of cases, and a head that is wrong", () => {
  for (const cases of [undefined, {}, [], [null], ["a"], [[]]]) {
    expect(() => checkEvaluation({ ...validation, cases } as unknown as Evaluation)).toThrow(
      /^evaluation\.cases/,
    );
  }
  expect(() => checkEvaluation({ ...validation, threshold: 2 })).toThrow(/^evaluation\.threshold: /);
});
