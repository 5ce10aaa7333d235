import { expect, test } from "vitest";
import { coversNode } from "../../scripts/dependencies.mjs";

test.each([
  ["20.18.3", false],
  ["20.19.0", true],
  ["21.7.0", false],
  ["22.12.0", false],
  ["22.13.0", true],
  ["23.0.0", false],
  ["24.0.0", true],
  ["24.22.3", true],
  ["25.1.0", false],
])("in ^20.19 || ^22.13 || ^24, Node %s is one: %s", (version, expected) => {
  expect(coversNode("^20.19 || ^22.13 || ^24", version)).toBe(expected);
});
