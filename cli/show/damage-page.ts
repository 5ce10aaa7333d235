/** A damage report as one HTML file that needs nothing else: tables and plots inside, no script, no network. */
import { drawCalibration, drawPairs, drawShift } from "./charts/damage-charts.ts";
import { type DamageTitles, type NamedDamage, tabulateDamage } from "./damage-tables.ts";
import { escapeHtml, formatHtmlTable } from "./html.ts";

const STYLE = `
body { font: 15px/1.5 sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 0 0 1.5rem; }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .8rem; text-align: left; font-variant-numeric: tabular-nums; }
figure { display: inline-block; margin: 0 1rem 1rem 0; }
svg { max-width: 100%; height: auto; }
footer { color: #666; font-size: 13px; }
`;

export function formatDamagePage(damage: NamedDamage, titles: DamageTitles): string {
  const { title, summary, figures, groups, flips } = tabulateDamage(damage, titles);
  const plots = [drawShift(damage), drawPairs(damage), drawCalibration(damage)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<ul>${summary.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>
<h2>Figures</h2>
${formatHtmlTable(figures)}
<h2>Plots</h2>
${plots.map((svg) => `<figure>${svg}</figure>`).join("\n")}
<h2>Subgroups</h2>
${formatHtmlTable(groups)}
<h2>Verdicts that flipped</h2>
${flips.length > 1 ? formatHtmlTable(flips) : "<p>None.</p>"}
<footer>parent ${damage.parent.artifact}<br>child ${damage.child.artifact}<br>radiographs ${damage.images}<br>
Intervals are 95%. Research use only. Not a medical device.</footer>
</body>
</html>
`;
}
