import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadRecipe } from "@radlite/training/recipes";
import { loadSweep, planSweep, summariseSweep } from "@radlite/training/sweeps";
import { expect, test } from "vitest";
import { formatSweepMarkdown } from "../../../cli/show/sweep-summary.ts";

const page = await readFile("docs/sweeps.md", "utf8");
const tables = [
  ...page.matchAll(/<!-- (?<sweep>\S+) on (?<on>test|validation) -->\n\n(?<table>(?:\|.*\n)+)/g),
];
const marks = page.match(/<!-- \S+ on (test|validation) -->/g)!;

test("every mark has its table", () => {
  expect(marks.length).toBeGreaterThan(0);
  expect(tables).toHaveLength(marks.length);
});

test.each(tables.map(({ groups }) => groups as { sweep: string; on: string; table: string }))(
  "$sweep on $on is what `radlite sweep` prints of the evidence in evidence/sweeps",
  async ({ sweep, on, table }) => {
    const path = `training/recipes/sweeps/${sweep}.yaml`;
    const parsed = await loadSweep(path);
    const plan = planSweep(parsed, await loadRecipe(parsed.recipe));

    const rows = await summariseSweep(plan, {
      on,
      folderOf: (name: string) => join("evidence/sweeps", name),
      command: `radlite sweep ${path} --data DIR --out evidence/sweeps`,
    });

    expect(table, `run radlite sweep ${path} --out evidence/sweeps --on ${on} --markdown`).toBe(
      formatSweepMarkdown(rows),
    );
  },
);
