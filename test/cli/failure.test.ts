import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { describeFailure } from "../../cli/failure.ts";

test("a full disk is no fault of the program", async () => {
  const error = await writeFile("/dev/full", "one byte too many").catch((cause) => cause);

  expect(describeFailure(error)).toMatch(/^UNAVAILABLE: there is no room left on the disk \(ENOSPC: /);
});

test("what nobody thought of is", () => {
  expect(describeFailure(new TypeError("undefined has no bytes"))).toBe(
    "this should not have happened: undefined has no bytes",
  );
});
