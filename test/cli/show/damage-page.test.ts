import { measureDamage } from "@radlite/registry/commands";
import { expect, test } from "vitest";
import { formatDamagePage } from "../../../cli/show/damage-page.ts";
import { formatDamageMarkdown } from "../../../cli/show/damage-tables.ts";
import { makeSample } from "../../registry/commands/sample.ts";

const [parent] = makeSample({ seed: 1, missed: 4, falseAlarms: 2 }).evaluations;
const [child] = makeSample({ seed: 2, missed: 9, falseAlarms: 1 }).evaluations;
const damage = measureDamage(child!, parent!);
const titles = { child: "runs/<b>small & odd</b>", parent: "chest-xray@1" };

test("the page needs nothing else, runs nothing, and takes names as they are", () => {
  const named = { ...damage, flips: damage.flips.map((flip) => ({ ...flip, file: `"><script>.jpeg` })) };

  const page = formatDamagePage(named, titles);

  expect(page).toMatch(/^<!doctype html>/);
  expect(page.match(/<svg /g)).toHaveLength(3);
  expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\((?!#)|@import/i);
  expect(page).toContain("<h1>runs/&lt;b&gt;small &amp; odd&lt;/b&gt; against chest-xray@1</h1>");
  expect(page).toContain("<td>&quot;&gt;&lt;script&gt;.jpeg</td>");
});

test("the Markdown says the same figures", () => {
  const markdown = formatDamageMarkdown(damage, titles);

  expect(markdown).toContain(
    "- 6 of 300 verdicts on validation flipped: 5 became wrong, 1 became right; McNemar's exact p 0.219",
  );
  expect(markdown).toContain("| parent | 98.0% (");
  expect(markdown).toMatch(/^\| PNEUMONIA \| 200 \| 196 \| 191 \| 5 \| 0 \| 0\.063 \| -0\.0150 \|$/m);
  expect(markdown.match(/^\| [0-9a-f]{16} \| (NORMAL|PNEUMONIA) \| (right|wrong) \|/gm)).toHaveLength(6);
});
