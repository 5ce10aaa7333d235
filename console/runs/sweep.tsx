/** Versions whose recipes differ in one field: which value was best, as a plot and as a table. */
import type { EChartsCoreOption } from "echarts/core";
import { useCallback, useState } from "preact/hooks";
import { axis, tooltip } from "../charts/axes.ts";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { Scroll } from "../shell/scroll.tsx";
import { counted, estimate, versionPath } from "../shell/words.ts";
import { SWEPT, type SweptVersion } from "./queries.ts";
import type { Change, Settings } from "./settings.ts";

const WORTHS = { auc: "AUC", accuracy: "Accuracy", specificity: "Specificity" } as const;
type Worth = keyof typeof WORTHS;
const HEIGHT = 320; // px

export function Sweep({ settings, change }: { settings: Settings; change: Change }) {
  const { sweep, field, on } = settings;
  const [asked, setAsked] = useState({ sweep, field, on });
  const worth = (settings.worth in WORTHS ? settings.worth : "auc") as Worth;
  return (
    <section class="card" aria-labelledby="sweep">
      <h2 id="sweep">Sweeps</h2>
      <p class="small">
        Versions whose recipes have names that begin alike, over one field of the recipe, such as{" "}
        <code>fit.rate</code>, <code>input.size</code> or <code>stages.0.sparsity</code>.{" "}
        <code>npx radlite sweep FILE --data FOLDER --out FOLDER</code> runs a sweep and draws it too.
      </p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const read = new FormData(event.currentTarget);
          const [begins = "", path = "", set = ""] = ["sweep", "field", "on"].map((name) =>
            String(read.get(name) ?? "").trim(),
          );
          setAsked({ sweep: begins, field: path, on: set });
          change({ sweep: begins, field: path, on: set });
        }}
      >
        <label>
          Recipes that begin with
          <input name="sweep" size={24} required defaultValue={sweep} placeholder="residual-64-pruned" />
        </label>
        <label>
          Field
          <input name="field" size={18} required defaultValue={field} />
        </label>
        <label>
          Figures on
          <input name="on" size={10} required defaultValue={on} />
        </label>
        <label>
          Worth
          <select value={worth} onChange={({ currentTarget }) => change({ worth: currentTarget.value })}>
            {Object.entries(WORTHS).map(([key, words]) => (
              <option key={key} value={key}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Show</button>
      </form>
      {asked.sweep !== "" && <Swept {...asked} worth={worth} />}
    </section>
  );
}

interface SweptProps {
  sweep: string;
  field: string;
  on: string;
  worth: Worth;
}

function Swept({ sweep, field, on, worth }: SweptProps) {
  const answer = useAnswer(SWEPT, { recipe: sweep, path: field, on });
  return (
    <Answered answer={answer}>
      {({ versions: { edges, totalCount } }) => {
        const versions = edges.map(({ node }) => node).filter(({ recipeField }) => recipeField !== null);
        return (
          <>
            <p role="status">
              {counted(totalCount, "version")} of such recipes; {versions.length} of the first {edges.length}{" "}
              say {field}.
            </p>
            {versions.length > 0 && <SweptFigures {...{ versions, field, on, worth }} />}
          </>
        );
      }}
    </Answered>
  );
}

interface SweptFiguresProps extends Omit<SweptProps, "sweep"> {
  versions: readonly SweptVersion[];
}

function SweptFigures({ versions, field, on, worth }: SweptFiguresProps) {
  const option = useCallback(
    (palette: Palette) => describeSweep({ versions, field, worth, palette }),
    [versions, field, worth],
  );
  return (
    <>
      <Chart
        label={`${WORTHS[worth]} on ${on} over ${field}. The table below has the figures.`}
        option={option}
        height={HEIGHT}
      />
      <Scroll label="Table of the sweep">
        <table>
          <caption>
            By {field}, the smallest first; {WORTHS[worth]} on {on} with its 95% interval.
          </caption>
          <thead>
            <tr>
              <th scope="col">{field}</th>
              <th scope="col">Version</th>
              <th scope="col">Recipe</th>
              <th scope="col" class="number">
                Seed
              </th>
              <th scope="col" class="number">
                Bytes
              </th>
              <th scope="col">{WORTHS[worth]}</th>
            </tr>
          </thead>
          <tbody>
            {versions.map(({ id, recipe, recipeField, provenance, sizeBytes, metrics }) => (
              <tr key={id}>
                <td>{recipeField}</td>
                <th scope="row">
                  <a href={versionPath(id)}>{id}</a>
                </th>
                <td>{recipe}</td>
                <td class="number">{provenance.seed}</td>
                <td class="number">{sizeBytes.toLocaleString("en")}</td>
                <td>{metrics ? estimate(metrics[worth]) : "not evaluated there"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

interface Plot {
  versions: readonly SweptVersion[];
  field: string;
  worth: Worth;
  palette: Palette;
}

/** Numbers on a scale of their own, anything else side by side. */
function describeSweep({ versions, field, worth, palette }: Plot): EChartsCoreOption {
  const evaluated = versions.flatMap(({ id, recipeField, metrics }) =>
    metrics ? [{ id, at: recipeField!, worth: metrics[worth] }] : [],
  );
  const isNumeric = evaluated.every(({ at }) => Number.isFinite(Number(at)));
  const place = (at: string) => (isNumeric ? Number(at) : at);
  return {
    grid: { left: 62, right: 20, top: 20, bottom: 48 },
    tooltip: tooltip(palette),
    xAxis: axis(palette, { name: field, type: isNumeric ? "value" : "category" }),
    yAxis: axis(palette, { name: WORTHS[worth], gap: 44 }),
    series: [
      ...evaluated.map(({ at, worth: { low, high } }) => ({
        type: "line",
        silent: true,
        showSymbol: false,
        lineStyle: { color: palette.series[0], width: 1, opacity: 0.7 },
        data: [
          [place(at), low],
          [place(at), high],
        ],
      })),
      {
        type: "scatter",
        symbolSize: 9,
        itemStyle: { color: palette.series[0] },
        data: evaluated.map(({ id, at, worth }) => ({
          value: [place(at), worth.value],
          name: id,
          tooltip: { formatter: `${id}\n${field} ${at}\n${estimate(worth)}` },
        })),
      },
    ],
  };
}
