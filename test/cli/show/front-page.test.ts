/** docs/front.md is what its commands print of evidence/front. */
import { readFileSync } from "node:fs";
import { compareCrossFits, readCases, reportCrossFit } from "@radlite/training/evaluation";
import { expect, test } from "vitest";
import { formatCrossFit, formatDesigns } from "../../../cli/show/cross-fit-table.ts";

const PAGE = readFileSync("docs/front.md", "utf8");

test("its tables of designs and of groups are those that its command prints from the cases", async () => {
  const [, chosen, against] = PAGE.match(/`npx radlite cross-fit (\S+\.json) --against (.+?) --markdown`/)!;
  const others = await Promise.all(against!.split(" ").map(readCases));
  const cases = await readCases(chosen!);
  const report = reportCrossFit(cases);
  const compared = others.map((other) => ({
    design: other.recipe.name,
    ...reportCrossFit(other),
    paired: compareCrossFits(other, cases),
  }));

  const designs = formatDesigns([...compared, { design: cases.recipe.name, ...report }], { markdown: true });
  expect(PAGE).toContain(designs);
  for (const one of [others[0]!, cases]) {
    expect(PAGE).toContain(formatCrossFit(one, reportCrossFit(one), { markdown: true }));
  }
});
