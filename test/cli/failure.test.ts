import { writeFile } from "node:fs/promises";
import { describeFailure, exitCodeOf } from "@radlite/cli/failure";
import { RadliteError } from "@radlite/model/errors";
import { expect, test } from "vitest";

test("a full disk is no fault of the program", async () => {
  const error = await writeFile("/dev/full", "one byte too many").catch((cause) => cause);

  expect(describeFailure(error)).toMatch(/^UNAVAILABLE: there is no room left on the disk \(ENOSPC: /);
});

test("what nobody thought of is", () => {
  expect(describeFailure(new TypeError("undefined has no bytes"))).toBe(
    "this should not have happened: undefined has no bytes",
  );
});

test("a picture outside the gate is refused, a file that is none is wrong use, a damaged model has failed", () => {
  expect(exitCodeOf(new RadliteError("BAD_INPUT", "lies down", { reason: "ROTATED", status: 422 }))).toBe(3);
  expect(
    exitCodeOf(new RadliteError("BAD_INPUT", "no picture", { reason: "NOT_AN_IMAGE", status: 415 })),
  ).toBe(2);
  expect(exitCodeOf(new RadliteError("BAD_ARTIFACT", "damaged"))).toBe(1);
});
