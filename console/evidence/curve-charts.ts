/** How ROC and calibration curves are drawn. */
import type { EChartsCoreOption } from "echarts/core";
import { axis, tooltip } from "../charts/axes.ts";
import type { Palette } from "../charts/palette.ts";
import { estimate, share } from "../shell/words.ts";
import type { Judged } from "./queries.ts";

/** Null for one that was not evaluated there. */
export interface Drawn {
  id: string;
  metrics: Judged | null;
}

/** Curves of useful networks differ in this corner alone; of others all is shown. */
const CORNER = { falsePositives: 0.4, sensitivity: 0.6, fromAuc: 0.9 } as const;
const LEAST_SYMBOL = 4; // px
const MOST_SYMBOL = 18; // px

const GRID = { left: 52, right: 20, top: 34, bottom: 46 } as const;

export function describeRoc(curves: readonly Drawn[], palette: Palette): EChartsCoreOption {
  const isCorner = curves.every(({ metrics }) => (metrics?.auc.value ?? 1) >= CORNER.fromAuc);
  return {
    ...shared(palette),
    xAxis: axis(palette, { name: "1 − specificity", min: 0, max: isCorner ? CORNER.falsePositives : 1 }),
    yAxis: axis(palette, {
      ...{ name: "sensitivity", gap: 36 },
      ...{ min: isCorner ? CORNER.sensitivity : 0, max: 1 },
    }),
    series: curves.map(({ id, metrics }) => ({
      type: "line",
      name: id,
      showSymbol: false,
      clip: true,
      data: (metrics?.roc ?? []).map(({ sensitivity, specificity }) => [1 - specificity, sensitivity]),
    })),
  };
}

/** Points are the larger the more cases they stand for; of a single version their intervals are drawn too. */
export function describeCalibration(curves: readonly Drawn[], palette: Palette): EChartsCoreOption {
  return {
    ...shared(palette),
    xAxis: axis(palette, { name: "probability of pneumonia, as said", min: 0, max: 1 }),
    yAxis: axis(palette, { name: "share with pneumonia", gap: 36, min: 0, max: 1 }),
    series: [
      {
        type: "line",
        silent: true,
        showSymbol: false,
        lineStyle: { color: palette.quiet, type: "dashed", width: 1 },
        data: [
          [0, 0],
          [1, 1],
        ],
      },
      ...(curves.length === 1 ? drawIntervals(curves[0]!, palette) : []),
      ...curves.map(({ id, metrics }, at) => ({
        type: "line",
        name: id,
        symbol: "circle",
        color: palette.series[at % palette.series.length],
        data: (metrics?.calibration ?? []).map(({ n, mean, pneumonia }) => ({
          value: [mean, pneumonia.value],
          symbolSize: Math.min(MOST_SYMBOL, LEAST_SYMBOL + Math.sqrt(n)),
          tooltip: {
            formatter: `${id}\nsaid ${share(mean)}\nso in ${estimate(pneumonia)}\n${n} cases`,
          },
        })),
      })),
    ],
  };
}

function drawIntervals({ metrics }: Drawn, palette: Palette) {
  return (metrics?.calibration ?? []).map(({ mean, pneumonia: { low, high } }) => ({
    type: "line",
    silent: true,
    showSymbol: false,
    lineStyle: { color: palette.series[0], width: 1, opacity: 0.6 },
    data: [
      [mean, low],
      [mean, high],
    ],
  }));
}

const shared = (palette: Palette) => ({
  grid: GRID,
  // Of one model the numbers tell versions apart, and five of them lie side by side on a telephone too.
  legend: {
    top: 0,
    textStyle: { color: palette.ink },
    formatter: (id: string) => id.replace(/^.*(?=@)/, ""),
  },
  tooltip: { ...tooltip(palette), trigger: "item" },
});
