/** The front as a plot and, for those who do not see it, as a table: cost on a scale of tenfold steps against worth. */
import type { EChartsCoreOption } from "echarts/core";
import { useCallback } from "preact/hooks";
import { axis, findDecades, tooltip } from "../charts/axes.ts";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import type { Answer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { versionPath } from "../shell/paths.ts";
import { Scroll } from "../shell/scroll.tsx";
import { share } from "../shell/words.ts";
import {
  COSTS,
  costOf,
  type FrontAnswer,
  type FrontRow,
  idOf,
  intervalOf,
  nameOf,
  WORTHS,
  worthOf,
} from "./front.ts";
import { type Change, listed, type Settings, toggled } from "./settings.ts";

interface FrontPlotProps {
  answer: Answer<FrontAnswer>;
  settings: Settings;
  change: Change;
}

const HEIGHT = 420; // px

export function FrontPlot({ answer, settings, change }: FrontPlotProps) {
  return (
    <section class="card front" aria-labelledby="front-title">
      <h2 id="front-title">What is worth its cost</h2>
      <div class="row">
        <Choice name="Cost" all={COSTS} chosen={settings.cost} onChoose={(cost) => change({ cost })} />
        <Choice name="Worth" all={WORTHS} chosen={settings.worth} onChoose={(worth) => change({ worth })} />
        <label class="check">
          <input
            type="checkbox"
            checked={settings.seeds === "together"}
            onChange={({ currentTarget }) => change({ seeds: currentTarget.checked ? "together" : "" })}
          />
          Seeds of a recipe together
        </label>
      </div>
      <Answered answer={answer}>
        {({ paretoFront: { rows, leftOutCount } }) => (
          <>
            <Plot {...{ rows, settings, change }} />
            <p class="small">
              In blue those that no other beats, joined by the line; in grey those that one does; in orange
              what is picked. Bars are 95% intervals, of several seeds their spread. Click a point to pick it.
              {leftOutCount > 0 && ` ${leftOutCount} were not judged on these radiographs.`}
            </p>
            <FrontTable {...{ rows, settings }} />
          </>
        )}
      </Answered>
    </section>
  );
}

interface ChoiceProps {
  name: string;
  all: Readonly<Record<string, { words: string }>>;
  chosen: string;
  onChoose: (chosen: string) => void;
}

function Choice({ name, all, chosen, onChoose }: ChoiceProps) {
  return (
    <label>
      {name}
      <select value={chosen} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {Object.entries(all).map(([key, { words }]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

interface Shown {
  rows: readonly FrontRow[];
  settings: Settings;
}

function FrontTable({ rows, settings }: Shown) {
  return (
    <details>
      <summary>The front as a table</summary>
      <Scroll label="The front">
        <table>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col" class="number">
                {costOf(settings.cost).words}
              </th>
              <th scope="col" class="number">
                {worthOf(settings.worth).words}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows
              .filter(({ onFront }) => onFront)
              .map((row) => (
                <tr key={idOf(row)}>
                  <th scope="row">
                    <a href={versionPath(idOf(row))}>{idOf(row)}</a>
                    {row.seeds > 1 && ` and ${row.seeds - 1} other seeds`}
                  </th>
                  <td class="number">
                    {row.cost.mean.toLocaleString("en", { maximumSignificantDigits: 6 })}
                  </td>
                  <td class="number">{tell(row, settings.worth)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

function tell(row: FrontRow, worth: string): string {
  const { low, high } = intervalOf(row, worth);
  return `${share(row.worth.mean)} (${share(low)} to ${share(high)})`;
}

function Plot({ rows, settings, change }: Shown & { change: Change }) {
  const { ids, cost, worth, on } = settings;
  const option = useCallback(
    (palette: Palette) =>
      describePlot({
        rows,
        picked: listed(ids),
        cost,
        worth,
        palette,
      }),
    [rows, ids, cost, worth],
  );
  const front = rows.filter(({ onFront }) => onFront).length;
  return (
    <Chart
      label={`${worthOf(worth).words} on ${on} against ${costOf(cost).words.toLowerCase()}: ${front} of ${rows.length} are beaten by none. The table below has their figures.`}
      option={option}
      height={HEIGHT}
      onPick={(id) => change({ ids: toggled(listed(ids), id).join(",") })}
    />
  );
}

interface PlotOptions {
  rows: readonly FrontRow[];
  picked: readonly string[];
  /** As the address names them. */
  cost: string;
  worth: string;
  palette: Palette;
}

function describePlot({ rows, picked, cost, worth, palette }: PlotOptions): EChartsCoreOption {
  const [blue, orange] = palette.series;
  const isPicked = (row: FrontRow) => picked.includes(idOf(row));
  const front = rows.filter(({ onFront }) => onFront);
  const names = new Map(rows.map((row) => [idOf(row), nameOf(row)]));
  const scatter = (some: readonly FrontRow[], color: string, isNamed = true) => ({
    type: "scatter",
    symbolSize: isNamed ? 11 : 8,
    itemStyle: { color },
    data: some.map((row) => ({
      value: [row.cost.mean, row.worth.mean],
      name: idOf(row),
      tooltip: {
        formatter: `${idOf(row)}, ${row.versions[0]!.recipe}\n${row.cost.mean.toLocaleString("en")}\n${tell(row, worth)}`,
      },
    })),
    label: {
      show: isNamed, // the others have their names when they are pointed at
      position: "left", // where the front has nothing: whoever lay there would beat it
      distance: 6,
      backgroundColor: palette.sheet,
      padding: [1, 2],
      formatter: ({ name }: { name: string }) => names.get(name) ?? "",
      fontSize: 11,
      color: palette.ink,
    },
    labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
  });
  const endsOf = (row: FrontRow) => {
    const { low, high } = intervalOf(row, worth);
    return [low, high];
  };
  const intervals = (some: readonly FrontRow[], color: string) =>
    some.map((row) => ({
      type: "line",
      silent: true,
      showSymbol: false,
      lineStyle: { color, width: 1, opacity: 0.7 },
      data: endsOf(row).map((end) => [row.cost.mean, end]),
    }));
  return {
    grid: { left: 62, right: 20, top: 20, bottom: 48 },
    tooltip: tooltip(palette),
    xAxis: axis(palette, {
      name: costOf(cost).words,
      type: "log",
      ...findDecades(rows.map((row) => row.cost.mean)),
    }),
    yAxis: axis(palette, { name: worthOf(worth).words, gap: 44 }),
    series: [
      {
        type: "line",
        step: "end",
        silent: true,
        showSymbol: false,
        lineStyle: { color: blue, width: 1.5 },
        data: front.map((row) => [row.cost.mean, row.worth.mean]),
      },
      ...intervals(front, blue!),
      ...intervals(
        rows.filter((row) => isPicked(row) && !row.onFront),
        orange!,
      ),
      scatter(
        rows.filter((row) => !row.onFront && !isPicked(row)),
        palette.quiet,
        false,
      ),
      scatter(
        front.filter((row) => !isPicked(row)),
        blue!,
      ),
      scatter(rows.filter(isPicked), orange!),
    ],
  };
}
