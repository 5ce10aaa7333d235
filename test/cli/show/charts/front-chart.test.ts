import { readFront } from "@radlite/registry/commands";
import { memoryStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { drawFront } from "../../../../cli/show/charts/front-chart.ts";
import { openSample, register } from "../../../registry/commands/sample.ts";

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

test("two plots with a point for each version, grey where another one beats it, drawn without a browser", async () => {
  const { registry } = await openSample(memoryStore());
  await register(registry, { seed: 1, labels: 40, missed: 30, falseAlarms: 5 }); // beaten by the second in both
  await register(registry, { seed: 2, labels: 20, missed: 2 });
  await register(registry, { seed: 3, missed: 50, falseAlarms: 20 });
  const front = await readFront(registry, { on: "validation", by: "bytes" });
  expect(front.rows.map(({ onFront }) => onFront)).toEqual([
    { accuracy: true, auc: true },
    { accuracy: true, auc: true },
    { accuracy: false, auc: false },
  ]);

  const svg = drawFront(front);

  expect(drawFront(front)).toBe(svg); // a second one in a process is the same file
  expect(svg).toMatch(/^<svg [^>]*width="1120"[\s\S]*<\/svg>$/);
  const point = (colour: string) => new RegExp(`<path d="M1 0[^"]*"[^>]*fill="${colour}"`, "g");
  expect(count(svg, point("#999"))).toBe(2);
  expect(count(svg, point("#0072b2"))).toBe(4);
  for (const name of ["accuracy", "AUC", "bytes"]) expect(svg).toContain(`>${name}<`);
});

test("nothing to show is an empty plot, not a failure", async () => {
  const { registry } = await openSample(memoryStore());
  const svg = drawFront(await readFront(registry, { on: "test", by: "ms" }));
  expect(count(svg, /milliseconds an image/g)).toBe(2);
});
