/** Tags are whatever somebody wrote: a row shows those that can be read, and stays a row. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ComparedRow,
  formatMarkdown,
  listRuns,
  readRows,
  tabulate,
} from "@radlite/training/comparisons";
import { loadPairs } from "@radlite/training/recipes";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The row of one finished side, of several seeds with these tags. */
async function readRow(...tags: Record<string, string>[]): Promise<ComparedRow> {
  const pairs = await loadPairs([join(ROOT, "training/recipes/pairs/two-cores.yaml")]);
  const rows = await readRows(listRuns(pairs), join(ROOT, "evidence/transfer"));
  const row = rows.find(({ versions }) => versions.length > 0);
  const [version] = row!.versions;
  return {
    run: row!.run,
    versions: tags.map((some) => ({ ...version!, facts: { ...version!.facts, tags: some } })),
  };
}

function minutesOf(row: ComparedRow): string {
  const [headings, cells] = tabulate([row]) as [string[], string[]];
  return cells[headings.indexOf("minutes")]!;
}

test("minutes are the mean of the seeds, and missing where one of them has no number", async () => {
  expect(minutesOf(await readRow({ fitSeconds: "60" }, { fitSeconds: "120" }))).toBe("1.5");
  for (const fitSeconds of ["soon", "NaN", "", " ", "-3", "1e99", "0x10", "Infinity"]) {
    expect(minutesOf(await readRow({ fitSeconds: "60" }, { fitSeconds })), fitSeconds).toBe("");
  }
});

test("a rate of several lines and columns is one cell", async () => {
  const row = await readRow({ fitSeconds: "60", rate: "a\n| b" });

  const lines = formatMarkdown([row]).split("\n");

  expect(lines).toHaveLength(3);
  expect(lines[2]).toContain("| a \\| b |");
});
