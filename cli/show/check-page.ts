/**
 * A data check as one HTML page: the tables and oddities of the text, a plot a property, and the most typical pictures
 * of each group that was taken alike. It loads nothing.
 */
import {
  type CheckedSet,
  type DataCheck,
  describeLooks,
  drawExamples,
  listOddities,
  listShortcuts,
  nameSet,
  type SetCheck,
  tabulateCounts,
  tabulateLooks,
  tabulateTraits,
} from "@radlite/training/data-check";
import { drawTraits } from "./charts/trait-chart.ts";
import { escapeHtml, formatHtmlTable } from "./html.ts";
import { showControls } from "./output.ts";

const EXAMPLES = 8; // pictures of a group

const STYLE = `body { font: 15px/1.5 sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0 } td, th { border-bottom: 1px solid #ccc; padding: .2rem .8rem; text-align: left }
td { font-variant-numeric: tabular-nums } pre { white-space: pre-wrap; overflow-wrap: anywhere } svg { max-width: 100%; height: auto }`;

/** Text of the page. */
export async function formatCheckPage(check: DataCheck, sets: readonly CheckedSet[]): Promise<string> {
  const title = `Data check of ${check.folder}`;
  const oddities = listOddities(check);
  const looks = await Promise.all(sets.map((set) => formatLooks(check.folder, set.check)));
  const sections = sets.flatMap((set, at) => [
    `<h2>${escapeHtml(nameSet(set.check))}: what tells the classes apart, without a look at the lungs</h2>`,
    "<p>AUC is the chance that a PNEUMONIA file has more of it than a NORMAL one. At 0.5 it says nothing; the farther from it, the more a network can score by this alone.</p>",
    formatHtmlTable(tabulateTraits(set.check)),
    drawTraits(set),
    ...looks[at]!,
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

/** Groups of pictures that were taken alike, each with its most typical ones. */
async function formatLooks(folder: string, set: SetCheck): Promise<string[]> {
  if (!set.looks) return [];
  const rows = set.looks.groups.map(async ({ group, files }) => {
    const pictures = await drawExamples(folder, files.slice(0, EXAMPLES));
    const images = pictures.map((picture) => `<img alt="" src="data:image/jpeg;base64,${picture}">`);
    return `<p>Group ${group}<br>${images.join("")}</p>`;
  });
  return [
    `<h2>${escapeHtml(nameSet(set))}: pictures that were taken alike</h2>`,
    formatLines(describeLooks(set)),
    formatHtmlTable(tabulateLooks(set)),
    ...(await Promise.all(rows)),
  ];
}

function formatLines(lines: readonly string[]): string {
  return `<pre>${lines.map((line) => escapeHtml(showControls(line))).join("\n")}</pre>`;
}
