/** The canonical form is that of the reference implementation, whichever way it is written. */
import { decodeJson, writeJson } from "@radlite/registry/bundle";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, test } from "vitest";

const keys = fc.oneof(
  fc.constantFrom("a", "b", "10", "9", "", "__proto__", "é", "\ud83d\ude00"),
  fc.string({ maxLength: 4 }),
);

/** With keys in any order, such as come before or are left out, and what is not there. */
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(keys, fc.oneof({ weight: 5, arbitrary: tie("value") }, fc.constant(undefined))), {
        maxLength: 5,
      })
      .map((entries) => Object.fromEntries(entries)),
    fc.constantFrom(new Date(0), Object.create({ inherited: 1 })),
  ),
})).value;

test("any value has the text of RFC 8785, and is read back", () => {
  fc.assert(
    fc.property(values, (value) => {
      const text = writeJson([value]);
      expect(text).toBe(canonicalize([value]));
      expect(writeJson(decodeJson(Buffer.from(text)) as object)).toBe(text);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test("what JSON cannot hold is refused", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => writeJson({ b: [{ value }], a: 1 })).toThrow(/not allowed/);
  }
});
