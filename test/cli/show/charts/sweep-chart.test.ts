import type { RunFigures, SweepRow } from "@radlite/training/sweeps";
import { expect, test } from "vitest";
import { drawSweep } from "../../../../cli/show/charts/sweep-chart.ts";

const share = (value: number) => ({ value, low: value, high: value });

function row(
  sparsity: number,
  bytes: number,
  { sensitivity = 0.98, ...settings }: SweepRow["settings"] & { sensitivity?: number } = {},
): SweepRow {
  const shares = { accuracy: share(0.9), sensitivity: share(sensitivity), specificity: share(0.8) };
  return {
    name: `run-${sparsity}`,
    settings: { "stages.0.sparsity": sparsity, ...settings },
    figures: { bytes, ...shares } as RunFigures,
  };
}

const failed: SweepRow = { name: "run-0.7", settings: { "stages.0.sparsity": 0.7 }, reason: "no luck" };
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
/** Lines and symbols of a colour, the one in the legend with them. */
const marks = (svg: string, colour: string) =>
  count(svg, new RegExp(`<path [^>]*(fill|stroke)="${colour}"`, "g"));

test("a point a run and share, named by its rate over the highest; a run without figures has none", () => {
  const rows = [row(0.5, 20_000), failed, row(0.95, 5000)];

  const svg = drawSweep(rows, { name: "rates", on: "test" });

  expect(svg).toMatch(/^<svg [^>]*width="1120"[\s\S]*<\/svg>$/);
  expect(svg).toContain(">rates on test: each run by its stages.0.sparsity<");
  for (const text of ["0.5", "0.95", "bytes", "percent", "accuracy", "sensitivity", "specificity"]) {
    expect(count(svg, new RegExp(`>${text}<`, "g")), text).toBe(1);
  }
  expect(svg).not.toContain(">0.7<");
  for (const bytes of ["4,096", "8,192", "16,384", "32,768"]) expect(svg).toContain(`>${bytes}<`);
});

test("a grid of several keys is points, named by all that differs; a line would join what does not follow", () => {
  const rows = [1, 2].flatMap((seed) => [
    row(0.5, 20_000 + seed, { seed, epochs: 3 }),
    row(0.95, 5000 * seed, { seed, epochs: 3 }),
  ]);
  const one = drawSweep([row(0.5, 20_000), row(0.95, 5000)], { name: "rates", on: "validation" });

  const svg = drawSweep(rows, { name: "rates", on: "validation" });

  expect(svg).toContain(">0.95, 1<");
  expect(svg).toContain(">0.95, 2<");
  const lines = (text: string) => count(text, /<path [^>]*fill="none"[^>]*stroke="#0072b2"/g);
  expect([lines(svg), lines(one) > 0]).toEqual([0, true]);
  expect(marks(svg, "#0072b2")).toBe(rows.length + 1);
});

test("percent end at 100, where even steps would go beyond", () => {
  const rows = [row(0.5, 20_000, { sensitivity: 0.991 }), row(0.95, 5000)];

  const svg = drawSweep(rows, { name: "rates", on: "test" });

  expect(svg).toContain(">100<");
  expect(svg).not.toMatch(/>10[1-9]</);
});

test("nothing to show is an empty plot, not a failure", () => {
  expect(drawSweep([failed], { name: "rates", on: "test" })).toMatch(/^<svg /);
});
