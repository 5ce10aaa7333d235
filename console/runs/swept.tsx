/** Versions whose recipes differ: over the field in which they do, which value was best, as a plot and as a table. */
import type { EChartsCoreOption } from "echarts/core";
import { useCallback } from "preact/hooks";
import { axis, tooltip } from "../charts/axes.ts";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { versionPath } from "../shell/paths.ts";
import { Scroll } from "../shell/scroll.tsx";
import { counted, estimate } from "../shell/words.ts";
import { SWEPT, type SweptVersion } from "./queries.ts";
import type { Change, Settings } from "./settings.ts";
import { findVarying, flatten, type Placed, placeAll } from "./sweep-fields.ts";

const WORTHS = { auc: "AUC", accuracy: "Accuracy", specificity: "Specificity" } as const;
type Worth = keyof typeof WORTHS;
const HEIGHT = 320; // px

interface SweptProps {
  settings: Settings;
  change: Change;
}

export function Swept({ settings, change }: SweptProps) {
  const { sweep, on } = settings;
  const answer = useAnswer(SWEPT, { recipe: sweep, on });
  return (
    <Answered answer={answer}>
      {({ versions: { edges, totalCount } }) => {
        const versions = edges.map(({ node }) => node);
        if (totalCount === 0) return <p>No version has a recipe that begins with {sweep}.</p>;
        return <Fields {...{ versions, totalCount, settings, change }} />;
      }}
    </Answered>
  );
}

interface FieldsProps extends SweptProps {
  versions: readonly SweptVersion[];
  totalCount: number;
}

/** The field that the address names, where recipes differ in it; else the one that has most values. */
function Fields({ versions, totalCount, settings, change }: FieldsProps) {
  const recipes = versions.map(({ recipeObject }) => flatten(recipeObject?.value ?? {}));
  const varying = findVarying(recipes);
  const field = varying.includes(settings.field) ? settings.field : varying[0];
  const worth = (settings.worth in WORTHS ? settings.worth : "auc") as Worth;
  if (field === undefined)
    return (
      <p role="status">
        {counted(totalCount, "version")} of such recipes: they differ in nothing but their names and seeds.
      </p>
    );
  const placed = placeAll(versions, recipes, field);
  return (
    <>
      <form class="row" onSubmit={(event) => event.preventDefault()} aria-label="Of the plot">
        <label>
          Field
          <select value={field} onChange={({ currentTarget }) => change({ field: currentTarget.value })}>
            {varying.map((path) => (
              <option key={path}>{path}</option>
            ))}
          </select>
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
      </form>
      <p role="status" class="small">
        {counted(totalCount, "version")} of such recipes
        {placed.length < totalCount &&
          `; ${placed.length} of the first ${versions.length} say ${field}, and are shown`}
        .
      </p>
      <SweptFigures {...{ placed, field, on: settings.on, worth }} />
    </>
  );
}

interface SweptFiguresProps {
  placed: readonly Placed<SweptVersion>[];
  field: string;
  on: string;
  worth: Worth;
}

function SweptFigures({ placed, field, on, worth }: SweptFiguresProps) {
  const option = useCallback(
    (palette: Palette) => describeSweep({ placed, field, worth, palette }),
    [placed, field, worth],
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
            {placed.map(({ at, version: { id, recipe, provenance, sizeBytes, metrics } }) => (
              <tr key={id}>
                <td>{at}</td>
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
  placed: readonly Placed<SweptVersion>[];
  field: string;
  worth: Worth;
  palette: Palette;
}

/** Numbers on a scale of their own, anything else side by side. */
function describeSweep({ placed, field, worth, palette }: Plot): EChartsCoreOption {
  const evaluated = placed.flatMap(({ at, version: { id, metrics } }) =>
    metrics ? [{ id, at, worth: metrics[worth] }] : [],
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
