/** The table that stands in the documentation is the one that its evidence says. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PUBLISHED_FAMILIES } from "@radlite/training/architectures";
import {
  evaluationsIn,
  formatMarkdown,
  listRuns,
  pairStarts,
  readRows,
  tabulatePaired,
} from "@radlite/training/comparisons";
import { loadPairs } from "@radlite/training/recipes";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TWO_CORES = "training/recipes/pairs/two-cores.yaml";
const ROBUST = "training/recipes/pairs/robust.yaml";
const EVIDENCE = join(ROOT, "evidence/transfer");

const readDocument = () => readFile(join(ROOT, "docs/transfer.md"), "utf8");

test("docs/transfer.md holds the pairs under borders, and which of them can be told apart", async () => {
  const runs = listRuns((await loadPairs([join(ROOT, ROBUST)])).map((pair) => ({ ...pair, named: ROBUST })));

  const table = formatMarkdown(await readRows(runs, EVIDENCE));
  const paired = tabulatePaired(await pairStarts(runs, evaluationsIn(EVIDENCE)));

  const page = await readDocument();
  expect(page).toContain(`${table}\n\n`);
  expect(paired.length).toBeGreaterThan(1);
  for (const cells of paired) expect(page).toContain(`| ${cells.join(" | ")} |\n`);
});

test("docs/transfer.md holds the pairs from before them, and the published sizes", async () => {
  const [own, published] = [
    await loadPairs([join(ROOT, TWO_CORES)]),
    await loadPairs([...PUBLISHED_FAMILIES]),
  ];
  const runs = listRuns([...own.map((pair) => ({ ...pair, named: TWO_CORES })), ...published]);

  const table = formatMarkdown(await readRows(runs, EVIDENCE));

  expect(await readDocument()).toContain(table);
});
