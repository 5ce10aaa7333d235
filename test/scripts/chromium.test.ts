import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";

const HERE = fileURLToPath(import.meta.url);
const NOWHERE = "/nowhere/chromium";

test("RADLITE_CHROMIUM comes before the usual paths, of which the first that is there is taken", () => {
  expect(findChromium({ environment: { RADLITE_CHROMIUM: HERE }, usual: [process.execPath] })).toBe(HERE);
  expect(findChromium({ environment: {}, usual: [NOWHERE, HERE, process.execPath] })).toBe(HERE);
  expect(findChromium({ environment: {}, usual: [NOWHERE] })).toBeUndefined();
});

test("a setting that names nothing is an error, not a reason to take another browser", () => {
  expect(() => findChromium({ environment: { RADLITE_CHROMIUM: NOWHERE }, usual: [HERE] })).toThrow(
    /RADLITE_CHROMIUM is "\/nowhere\/chromium"/,
  );
});
