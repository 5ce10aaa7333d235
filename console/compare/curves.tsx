/** ROC curves over each other: their corner, where those of useful networks differ. */
import type { EChartsCoreOption } from "echarts/core";
import { useCallback, useEffect, useState } from "preact/hooks";
import { axis, tooltip } from "../charts/axes.ts";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import { toRefusal } from "../shell/answer.ts";
import { Refusal } from "../shell/refusal.tsx";
import { askRegistry, type ResultOf } from "../shell/registry.ts";
import { Scroll } from "../shell/scroll.tsx";
import { share } from "../shell/words.ts";
import { CURVES } from "./queries.ts";

const POINTS = 200;
const TOLD_SENSITIVITIES = [0.9, 0.95, 0.99];

type Curve = NonNullable<ResultOf<typeof CURVES>["version"]>;

export function Curves({ ids, on }: { ids: readonly string[]; on: string }) {
  const [curves, setCurves] = useState<Curve[]>([]);
  const [error, setError] = useState<unknown>();
  const asked = ids.join();
  useEffect(() => {
    const all = asked.split(",").map((id) => askRegistry(CURVES, { id, on, points: POINTS }));
    Promise.all(all).then(
      (answers) => setCurves(answers.flatMap(({ version }) => (version ? [version] : []))),
      setError,
    );
  }, [asked, on]);
  const option = useCallback((palette: Palette) => describeCurves(curves, palette), [curves]);
  if (error) return <Refusal error={toRefusal(error)} />;
  if (curves.length === 0) return <p role="status">Asking for the curves …</p>;
  return (
    <section class="card" aria-labelledby="curves">
      <h2 id="curves">Sensitivity against specificity, and calibration</h2>
      <Chart
        label={`ROC curves of ${curves.map(({ id }) => id).join(", ")} on ${on}; the table below has points of them.`}
        option={option}
        height={380}
      />
      <Scroll label="Points of the curves">
        <table>
          <caption>Specificity at a given sensitivity, and how far probabilities are off</caption>
          <thead>
            <tr>
              <th scope="col">Version</th>
              {TOLD_SENSITIVITIES.map((sensitivity) => (
                <th key={sensitivity} scope="col" class="number">
                  at {sensitivity * 100}%
                </th>
              ))}
              <th scope="col" class="number">
                Least calibration error to be seen
              </th>
            </tr>
          </thead>
          <tbody>
            {curves.map(({ id, metrics }) => (
              <tr key={id}>
                <th scope="row">{id}</th>
                {TOLD_SENSITIVITIES.map((sensitivity) => (
                  <td key={sensitivity} class="number">
                    {specificityAt(metrics?.roc ?? [], sensitivity)}
                  </td>
                ))}
                <td class="number">{metrics?.eceFloor?.toFixed(3) ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

type Points = NonNullable<Curve["metrics"]>["roc"];

function specificityAt(roc: Points, sensitivity: number): string {
  const enough = roc
    .filter((point) => point.sensitivity >= sensitivity)
    .map(({ specificity }) => specificity);
  return enough.length === 0 ? "–" : share(Math.max(...enough));
}

function describeCurves(curves: readonly Curve[], palette: Palette): EChartsCoreOption {
  return {
    grid: { left: 56, right: 24, top: 40, bottom: 48 },
    legend: { top: 0, textStyle: { color: palette.ink } },
    tooltip: { ...tooltip(palette), trigger: "item" },
    xAxis: axis(palette, { name: "1 − specificity", min: 0, max: 0.4 }),
    yAxis: axis(palette, { name: "sensitivity", gap: 40, min: 0.6, max: 1 }),
    series: curves.map(({ id, metrics }) => ({
      type: "line",
      name: id,
      showSymbol: false,
      clip: true,
      data: (metrics?.roc ?? []).map(({ sensitivity, specificity }) => [1 - specificity, sensitivity]),
    })),
  };
}
