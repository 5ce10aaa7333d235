/** The committed samples with a bit changed: refused, never read as something else. */
import { decodeCommit, decodeSnapshot, EMPTY_STATE, fold, isOlderSnapshot } from "@radlite/registry/log";
import { expect, test } from "vitest";
import { readBytes, SNAPSHOTS } from "./stored-samples.ts";

test.each(SNAPSHOTS)("%s with any bit changed is not read", (file) => {
  const snapshot = readBytes(file);
  for (let i = 0; i < snapshot.length; i++) {
    const damaged = snapshot.slice();
    damaged[i]! ^= 1;
    expect(decodeSnapshot(damaged)).toBeUndefined();
    expect(isOlderSnapshot(damaged)).toBe(false);
  }
});

test("a log object does not follow on its predecessor once one bit of that is changed", () => {
  const second = decodeCommit(readBytes("commit-2.json"), 2, "commit-2.json");
  const first = readBytes("commit.json");
  const at = Buffer.from(first).indexOf('"commitId"') + 14; // of no other consequence
  first[at]! ^= 1;
  expect(() => fold(EMPTY_STATE, [decodeCommit(first, 1, "commit.json"), second])).toThrow(
    "commit 2 was not written after the commit 1 that lies before it",
  );
});

test("a log object with any bit changed is refused, or differs in the commitId that only its writer looks at", () => {
  const whole = decodeCommit(readBytes("commit.json"), 1, "commit.json");
  for (let i = 0; i < readBytes("commit.json").length; i++) {
    const damaged = readBytes("commit.json");
    damaged[i]! ^= 1;
    let read = whole;
    try {
      read = decodeCommit(damaged, 1, "commit.json");
    } catch (error) {
      expect(error).toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("commit.json") });
    }
    expect({ ...read, commitId: whole.commitId }).toEqual(whole);
  }
});
