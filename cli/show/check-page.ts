/** A data check as one HTML page: the tables and oddities of the text, and a plot a property. It loads nothing. */
import {
  type CheckedSet,
  type DataCheck,
  listOddities,
  listShortcuts,
  nameSet,
  tabulateCounts,
  tabulateTraits,
} from "@radlite/training/data-check";
import { drawTraits } from "./charts/trait-chart.ts";
import { escapeHtml, formatHtmlTable } from "./html.ts";
import { showControls } from "./output.ts";

const STYLE = `body { font: 15px/1.5 sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0 } td, th { border-bottom: 1px solid #ccc; padding: .2rem .8rem; text-align: left }
td { font-variant-numeric: tabular-nums } pre { white-space: pre-wrap; overflow-wrap: anywhere } svg { max-width: 100%; height: auto }`;

/** Text of the page. */
export function formatCheckPage(check: DataCheck, sets: readonly CheckedSet[]): string {
  const title = `Data check of ${check.folder}`;
  const oddities = listOddities(check);
  const sections = sets.flatMap((set) => [
    `<h2>${escapeHtml(nameSet(set.check))}: what tells the classes apart, without a look at the lungs</h2>`,
    "<p>AUC is the chance that a PNEUMONIA file has more of it than a NORMAL one. At 0.5 it says nothing; the farther from it, the more a network can score by this alone.</p>",
    formatHtmlTable(tabulateTraits(set.check)),
    drawTraits(set),
  ]);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body>
<h1>${escapeHtml(title)}</h1>
${formatHtmlTable(tabulateCounts(check))}
<h2>Shortcuts</h2>
${formatLines(listShortcuts(check))}
<h2>Oddities</h2>
${oddities.length > 0 ? formatLines(oddities) : "<p>None: no duplicates, no unreadable files.</p>"}
${sections.join("\n")}
</body></html>
`;
}

function formatLines(lines: readonly string[]): string {
  return `<pre>${lines.map((line) => escapeHtml(showControls(line))).join("\n")}</pre>`;
}
