/** What each epoch brought: losses in one chart, rates in another, and all of it as a table. */
import type { EChartsCoreOption } from "echarts/core";
import { useCallback } from "preact/hooks";
import { axis, tooltip } from "../charts/axes.ts";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import { Scroll } from "../shell/scroll.tsx";
import type { Epoch } from "./queries.ts";

const HEIGHT = 300; // px

/** `validationAuc` as `validation AUC`, `durationMs` as `duration, ms`. */
export const nameFigure = (name: string): string =>
  name
    .replace(/Ms$/, ", ms")
    .replace(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/\bauc\b/, "AUC");

const isLoss = (name: string): boolean => /loss$/i.test(name);
const isCost = (name: string): boolean => /Ms$/.test(name);

export function Curves({ epochs }: { epochs: readonly Epoch[] }) {
  const names = [...new Set(epochs.flatMap(({ figures }) => figures.map(({ name }) => name)))];
  const charts = [
    ["Loss", names.filter(isLoss)],
    ["Rates", names.filter((name) => !isLoss(name) && !isCost(name))],
  ] as const;
  return (
    <section class="card" aria-labelledby="curves">
      <h2 id="curves">Curves</h2>
      {epochs.length === 0 ? (
        <p>No epoch has ended yet.</p>
      ) : (
        <>
          <div class="charts">
            {charts.map(
              ([title, shown]) =>
                shown.length > 0 && <Curve key={title} title={title} names={shown} epochs={epochs} />,
            )}
          </div>
          <details>
            <summary>The curves as a table</summary>
            <EpochTable names={names} epochs={epochs} />
          </details>
        </>
      )}
    </section>
  );
}

interface CurveProps {
  title: string;
  names: readonly string[];
  epochs: readonly Epoch[];
}

function Curve({ title, names, epochs }: CurveProps) {
  // The epochs come anew with each answer; what is drawn changes when there are more of them, or other names.
  const drawn = `${names.join()} ${epochs.length}`;
  const option = useCallback(
    (palette: Palette) => describeCurves({ title, names, epochs, palette }),
    [title, drawn],
  );
  const last = epochs.at(-1)!;
  return (
    <div>
      <Chart
        label={`${title} of ${epochs.length} of ${last.epochs} epochs: ${names.map(nameFigure).join(", ")}. The table below has the figures.`}
        option={option}
        height={HEIGHT}
      />
    </div>
  );
}

function describeCurves({
  title,
  names,
  epochs,
  palette,
}: CurveProps & { palette: Palette }): EChartsCoreOption {
  return {
    grid: { left: 56, right: 16, top: 64, bottom: 44 },
    legend: { top: 0, textStyle: { color: palette.ink }, inactiveColor: palette.quiet },
    tooltip: { ...tooltip(palette), trigger: "axis" },
    xAxis: { ...axis(palette, { name: "Epoch" }), minInterval: 1 },
    yAxis: axis(palette, { name: title, gap: 40 }),
    series: names.map((name) => ({
      type: "line",
      name: nameFigure(name),
      symbolSize: 5,
      data: epochs.flatMap(({ epoch, figures }) => {
        const figure = figures.find((one) => one.name === name);
        return figure ? [[epoch, figure.value]] : [];
      }),
    })),
  };
}

function EpochTable({ names, epochs }: { names: readonly string[]; epochs: readonly Epoch[] }) {
  return (
    <Scroll label="Figures of each epoch">
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              Epoch
            </th>
            {names.map((name) => (
              <th key={name} scope="col" class="number">
                {nameFigure(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {epochs.map(({ epoch, figures }) => (
            <tr key={epoch}>
              <th scope="row" class="number">
                {epoch}
              </th>
              {names.map((name) => (
                <td key={name} class="number">
                  {figures
                    .find((one) => one.name === name)
                    ?.value.toLocaleString("en", { maximumFractionDigits: 4 }) ?? "–"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
