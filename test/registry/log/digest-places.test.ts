/** Digests found by their places in one block of bytes. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { indexDigests } from "../../../registry/log/digest-places.ts";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

test("each digest is at its place, the first of equal ones, and what is not there is nowhere", () => {
  const held = Array.from({ length: 512 }, (_, i) => digest(`${i % 500}`));
  // three that begin as others do and differ at the end alone
  for (const at of [7, 8, 9]) held[at] = Buffer.concat([held[3]!.subarray(0, 31), Buffer.from([at])]);
  const find = indexDigests(Buffer.concat(held));

  for (const [at, one] of held.entries()) {
    expect(find(one)).toBe(held.findIndex((other) => other.equals(one)));
    expect(find(digest(`another ${at}`))).toBe(-1);
  }
  expect(find(Buffer.alloc(31))).toBe(-1);
  expect(indexDigests(new Uint8Array())(digest("0"))).toBe(-1);
});

test("a block of zeros is a digest too", () => {
  const find = indexDigests(Buffer.concat([digest("a"), Buffer.alloc(32)]));
  expect(find(Buffer.alloc(32))).toBe(1);
});
