/** The front as a plot and, for those who do not see it, as a table: cost on a scale of tenfold steps against worth. */
import type { EChartsCoreOption } from "echarts/core";
import { useCallback } from "preact/hooks";
import { axis, findDecades, tooltip } from "../charts/axes.ts";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import { estimate, versionPath } from "../shell/words.ts";
import { COSTS, type Cost, type FrontPoint, WORTHS, type Worth } from "./front.ts";
import { type Change, listed, type Settings, toggled } from "./settings.ts";

interface FrontPlotProps {
  points: readonly FrontPoint[];
  settings: Settings;
  change: Change;
}

const HEIGHT = 420; // px

export function FrontPlot({ points, settings, change }: FrontPlotProps) {
  const cost = (settings.cost in COSTS ? settings.cost : "bytes") as Cost;
  const worth = (settings.worth in WORTHS ? settings.worth : "auc") as Worth;
  const { ids, on } = settings;
  const option = useCallback(
    (palette: Palette) => describePlot({ points, cost, worth, picked: listed(ids), palette }),
    [points, cost, worth, ids],
  );
  const pick = (id: string) => change({ ids: toggled(listed(ids), id).join(",") });
  const front = points.filter(({ onFront }) => onFront);
  return (
    <section class="card front" aria-labelledby="front-title">
      <h2 id="front-title">What is worth its cost</h2>
      <div class="row">
        <Choice name="Cost" all={COSTS} chosen={cost} onChoose={(chosen) => change({ cost: chosen })} />
        <Choice name="Worth" all={WORTHS} chosen={worth} onChoose={(chosen) => change({ worth: chosen })} />
      </div>
      <Chart
        label={`${WORTHS[worth]} on ${on} against ${COSTS[cost].toLowerCase()}: ${front.length} of ${points.length} versions are beaten by none. The table below has their figures.`}
        option={option}
        height={HEIGHT}
        onPick={pick}
      />
      <p class="small">
        The line joins versions that no other beats; bars are 95% intervals. Click a point to pick it.
      </p>
      <details>
        <summary>The front as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col" class="number">
                {COSTS[cost]}
              </th>
              <th scope="col" class="number">
                {WORTHS[worth]}
              </th>
            </tr>
          </thead>
          <tbody>
            {front.map((point) => (
              <tr key={point.id}>
                <th scope="row">
                  <a href={versionPath(point.id)}>{point.id}</a>
                </th>
                <td class="number">{point.cost.toLocaleString("en", { maximumSignificantDigits: 6 })}</td>
                <td class="number">{estimate(point.worth)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

interface ChoiceProps {
  name: string;
  all: Readonly<Record<string, string>>;
  chosen: string;
  onChoose: (chosen: string) => void;
}

function Choice({ name, all, chosen, onChoose }: ChoiceProps) {
  return (
    <label>
      {name}
      <select value={chosen} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {Object.entries(all).map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

interface Plot {
  points: readonly FrontPoint[];
  cost: Cost;
  worth: Worth;
  picked: readonly string[];
  palette: Palette;
}

function describePlot({ points, cost, worth, picked, palette }: Plot): EChartsCoreOption {
  const [blue, orange] = palette.series;
  const front = points.filter(({ onFront }) => onFront);
  const number = (id: string) => id.replace(/^.*(?=@)/, "");
  const scatter = (some: readonly FrontPoint[], color: string) => ({
    type: "scatter",
    symbolSize: 10,
    itemStyle: { color },
    data: some.map(({ id, cost, worth }) => ({
      value: [cost, worth.value],
      name: id,
      tooltip: { formatter: `${id}\n${cost.toLocaleString("en")}\n${estimate(worth)}` },
    })),
    label: {
      show: true,
      position: "bottom",
      formatter: ({ name }: { name: string }) => number(name),
      fontSize: 11,
      color: palette.ink,
    },
    labelLayout: { hideOverlap: true },
  });
  const intervals = (some: readonly FrontPoint[], color: string) =>
    some.map(({ cost, worth: { low, high } }) => ({
      type: "line",
      silent: true,
      showSymbol: false,
      lineStyle: { color, width: 1, opacity: 0.7 },
      data: [
        [cost, low],
        [cost, high],
      ],
    }));
  const others = points.filter(({ id, onFront }) => !onFront && !picked.includes(id));
  const chosen = points.filter(({ id }) => picked.includes(id));
  return {
    grid: { left: 62, right: 20, top: 20, bottom: 48 },
    tooltip: tooltip(palette),
    xAxis: axis(palette, {
      name: COSTS[cost],
      type: "log",
      ...findDecades(points.map((point) => point.cost)),
    }),
    yAxis: axis(palette, { name: WORTHS[worth], gap: 44 }),
    series: [
      {
        type: "line",
        step: "end",
        silent: true,
        showSymbol: false,
        lineStyle: { color: blue, width: 1.5 },
        data: front.map((point) => [point.cost, point.worth.value]),
      },
      ...intervals(front, blue!),
      ...intervals(
        chosen.filter(({ onFront }) => !onFront),
        orange!,
      ),
      scatter(others, palette.quiet),
      scatter(
        front.filter(({ id }) => !picked.includes(id)),
        blue!,
      ),
      scatter(chosen, orange!),
    ],
  };
}
