/** docs/front.md is what its commands print of evidence/front. */
import { readFileSync } from "node:fs";
import { compareCrossFits, readCases, reportCrossFit } from "@radlite/training/evaluation";
import { expect, test } from "vitest";
import { formatCrossFit, formatDesigns } from "../../../cli/show/cross-fit-table.ts";

const PAGE = readFileSync("docs/front.md", "utf8");
const COMMANDS = [...PAGE.matchAll(/`npx radlite cross-fit (\S+\.json) --against (.+?) --markdown`/g)].map(
  ([, chosen, against]) => ({ chosen: chosen!, against: against!.split(" ") }),
);

test.each(COMMANDS)(
  "the command for $chosen prints the table that stands there",
  async ({ chosen, against }) => {
    const others = await Promise.all(against.map(readCases));
    const cases = await readCases(chosen);
    const report = reportCrossFit(cases);
    const compared = others.map((other) => ({
      design: other.recipe.name,
      ...reportCrossFit(other),
      paired: compareCrossFits(other, cases),
    }));

    const designs = formatDesigns([...compared, { design: cases.recipe.name, ...report }], {
      markdown: true,
    });
    expect(PAGE).toContain(designs);
  },
);

test("the groups of the recipe before and of the chosen one are those of their cases", async () => {
  const { chosen, against } = COMMANDS[0]!;
  for (const file of [against[0]!, chosen]) {
    const cases = await readCases(file);
    expect(PAGE).toContain(formatCrossFit(cases, reportCrossFit(cases), { markdown: true }));
  }
});
