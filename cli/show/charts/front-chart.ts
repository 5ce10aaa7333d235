/** A front as two plots side by side: accuracy and AUC over the cost, on a scale of tenfold steps. */
import type { Front, FrontCost, FrontRow } from "@radlite/registry/commands";
import { nameRow } from "../front-table.ts";
import { COLOURS, drawChart } from "./drawing.ts";

const WIDTH = 1120; // px
const HEIGHT = 480; // px
const MARGIN = { left: 70, gap: 100, right: 50 }; // px

const COSTS: Record<FrontCost, string> = {
  bytes: "bytes",
  macs: "multiply-accumulates",
  ms: "milliseconds an image",
};

const WORTHS = [
  { field: "accuracy", name: "accuracy" },
  { field: "auc", name: "AUC" },
] as const;

/** Text of an SVG file. */
export function drawFront({ on, by, rows }: Front): string {
  const width = (WIDTH - MARGIN.left - MARGIN.gap - MARGIN.right) / WORTHS.length;
  return drawChart(
    {
      title: { text: `Versions on ${on}: the line joins those that nothing else beats`, left: "center" },
      grid: WORTHS.map((_, at) => ({
        left: MARGIN.left + at * (width + MARGIN.gap),
        width,
        top: 60,
        bottom: 60,
      })),
      xAxis: WORTHS.map((_, at) => ({
        type: "log",
        gridIndex: at,
        name: COSTS[by],
        nameLocation: "middle",
        nameGap: 30,
        ...findDecades(rows.map(({ figures }) => figures[by].mean)),
      })),
      yAxis: WORTHS.map(({ name }, at) => ({
        type: "value",
        gridIndex: at,
        name,
        nameLocation: "middle",
        nameGap: 45,
        scale: true,
      })),
      series: WORTHS.flatMap(({ field }, at) => drawSeries(rows, { by, field, at })),
    },
    { width: WIDTH, height: HEIGHT },
  );
}

function drawSeries(
  rows: readonly FrontRow[],
  { by, field, at }: { by: FrontCost; field: "accuracy" | "auc"; at: number },
) {
  const place = ({ figures }: FrontRow) => [figures[by].mean, figures[field].mean];
  const front = rows.filter(({ onFront }) => onFront[field]);
  const common = { xAxisIndex: at, yAxisIndex: at, symbolSize: 9 };
  const scatter = (some: readonly FrontRow[], color: string) => ({
    ...common,
    type: "scatter",
    itemStyle: { color },
    data: some.map((row) => ({ value: place(row), name: nameRow(row).replace(/^.*(?=@)/, "") })),
    label: { show: true, position: "bottom", formatter: "{b}", fontSize: 11, color: "#444" },
    labelLayout: { hideOverlap: true },
  });
  return [
    {
      ...common,
      type: "line",
      step: "end",
      showSymbol: false,
      lineStyle: { color: COLOURS[0], width: 1.5 },
      data: front.map(place),
    },
    scatter(
      rows.filter(({ onFront }) => !onFront[field]),
      "#999",
    ),
    scatter(front, COLOURS[0]),
  ];
}

/** The powers of ten around all costs. */
function findDecades(costs: readonly number[]): { min?: number; max?: number } {
  const positive = costs.filter((cost) => cost > 0);
  if (positive.length === 0) return {};
  return {
    min: 10 ** Math.floor(Math.log10(Math.min(...positive))),
    max: 10 ** Math.ceil(Math.log10(Math.max(...positive) * 1.0001)),
  };
}
