/** The table that stands in the documentation is the one that its evidence says. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PUBLISHED_FAMILIES } from "@radlite/training/architectures";
import { formatMarkdown, listRuns, readRows } from "@radlite/training/comparisons";
import { loadPairs } from "@radlite/training/recipes";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TWO_CORES = "training/recipes/pairs/two-cores.yaml";

test("docs/transfer.md holds the table of evidence/transfer", async () => {
  const [own, published] = [
    await loadPairs([join(ROOT, TWO_CORES)]),
    await loadPairs([...PUBLISHED_FAMILIES]),
  ];
  const runs = listRuns([...own.map((pair) => ({ ...pair, named: TWO_CORES })), ...published]);

  const table = formatMarkdown(await readRows(runs, join(ROOT, "evidence/transfer")));

  expect(await readFile(join(ROOT, "docs/transfer.md"), "utf8")).toContain(table);
});
