/** The figures of versions side by side, each with its interval, and in words which of them can be told apart. */
import { LIKELY_CHANCE } from "../evidence/damage.tsx";
import { versionPath } from "../shell/paths.ts";
import { Scroll } from "../shell/scroll.tsx";
import { bytes, counted, estimate, millions } from "../shell/words.ts";
import type { Compared } from "./queries.ts";

type Row = Compared["versions"][number];
type Pair = Compared["pairs"][number];

type Figure = readonly [string, (row: Row) => string];

/** Of a set whose radiographs were changed; of any other one these are the figures above them. */
const LOWEST: readonly Figure[] = [
  ["Lowest sensitivity", ({ metrics }) => estimate(metrics.lowestSensitivity)],
  ["Lowest specificity", ({ metrics }) => estimate(metrics.lowestSpecificity)],
];

const ROWS: readonly Figure[] = [
  ["Recipe", ({ version }) => version.recipe],
  ["Bytes", ({ version }) => bytes(version.sizeBytes)],
  ["MACs", ({ version }) => millions(version.macs)],
  ["Parameters", ({ version }) => version.parameters.toLocaleString("en")],
  ["Accuracy", ({ metrics }) => estimate(metrics.accuracy)],
  ["AUC", ({ metrics }) => estimate(metrics.auc)],
  ["Sensitivity", ({ metrics }) => estimate(metrics.sensitivity)],
  ["Specificity", ({ metrics }) => estimate(metrics.specificity)],
  ...LOWEST,
  ["Calibration error", ({ metrics }) => metrics.ece?.toFixed(3) ?? "–"],
  ["Threshold", ({ metrics }) => `${metrics.threshold.toFixed(3)} (${metrics.thresholdRule})`],
  ["Inference, ms", ({ metrics }) => metrics.latencyMs?.toFixed(2) ?? "–"],
];

export function Figures({ versions, pairs, on }: Compared) {
  const { n = 0, set } = versions[0]?.metrics ?? {};
  const rows = ROWS.filter((row) => set?.role === "STRESS" || !LOWEST.includes(row));
  return (
    <section class="card" aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <Scroll label="Table of figures">
        <table>
          <caption>
            On {counted(n, "case")} of {on}, with 95% intervals
          </caption>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              {versions.map(({ version: { id } }) => (
                <th key={id} scope="col">
                  <a href={versionPath(id)}>{id}</a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, show]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {versions.map((row) => (
                  <td key={row.version.id}>{show(row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <h3>Can they be told apart?</h3>
      <ul>
        {pairs.map((pair) => (
          <li key={pair.second.id}>{tellApart(pair)}</li>
        ))}
      </ul>
      <p class="small">
        In pairs, radiograph by radiograph, by McNemar's exact test: p is how likely a difference of this size
        is if both are equally good.
      </p>
    </section>
  );
}

function tellApart({ first, second, flipped, onlyFirst, onlySecond, pValue }: Pair): string {
  const [one, other] = [first.id, second.id];
  if (flipped === 0) return `${one} and ${other} call every radiograph alike.`;
  const counts = `${onlyFirst} right by ${one} alone, ${onlySecond} by ${other} alone; p = ${pValue.toPrecision(2)}`;
  if (pValue >= LIKELY_CHANCE)
    return `${one} and ${other} are not distinguishable: they differ on ${counted(flipped, "radiograph")} (${counts}).`;
  const better = onlyFirst > onlySecond ? one : other;
  return `${better} is right more often: they differ on ${counted(flipped, "radiograph")} (${counts}).`;
}
