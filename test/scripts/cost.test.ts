import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  CHECKED,
  costOfThousand,
  describeCosts,
  PRICES,
  readCosts,
  SOURCES,
  WARM,
} from "../../scripts/cost.mjs";

test("docs/deploy.md says what the prices and figures come to", async () => {
  expect(await readCosts()).toBe(describeCosts());
});

test("a thousand predictions cost what each part says", () => {
  const { compute, requests, reads, logs } = costOfThousand(WARM);

  expect(compute).toBeCloseTo(200 * PRICES.lambdaGbSecond.x86_64, 12); // 1,000 x 0.1 s x 2 GB
  expect(requests).toBeCloseTo(0.0012, 12);
  expect(reads).toBeCloseTo(0.0004, 12);
  expect(logs).toBeCloseTo(0.001, 12); // 2 MB
});

test("each price says where it was looked up, and the document when", async () => {
  expect(Object.keys(SOURCES).sort()).toEqual(Object.keys(PRICES).sort());
  expect(await readFile(join(import.meta.dirname, "../../docs/deploy.md"), "utf8")).toContain(CHECKED);
});
