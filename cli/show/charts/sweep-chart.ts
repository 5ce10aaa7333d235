/** A sweep as a plot: bytes, doubling from line to line, against three shares in percent, a point of each a run. */
import type { RunFigures, SweepRow } from "@radlite/training/sweeps";
import { showValue } from "../sweep-summary.ts";
import { COLOURS, drawChart } from "./drawing.ts";

const WIDTH = 1120; // px
const HEIGHT = 520; // px

/** Told apart by colour and by symbol. */
const SHARES = [
  { field: "accuracy", symbol: "circle" },
  { field: "sensitivity", symbol: "triangle" },
  { field: "specificity", symbol: "rect" },
] as const;

type Judged = SweepRow & { figures: RunFigures };

/** Text of an SVG file; `name` is that of the sweep. A run without figures has no point. */
export function drawSweep(rows: readonly SweepRow[], { name, on }: { name: string; on: string }): string {
  const judged = rows.filter((row): row is Judged => row.figures !== undefined);
  const keys = listVaried(rows);
  return drawChart(
    {
      title: { text: `${name} on ${on}: each run by its ${keys.join(", ")}`, left: "center" },
      legend: { bottom: 5 },
      grid: { left: 70, right: 40, top: 60, bottom: 90 },
      xAxis: {
        type: "log",
        logBase: 2,
        name: "bytes",
        nameLocation: "middle",
        nameGap: 30,
        ...findOctaves(judged.map(({ figures }) => figures.bytes)),
        axisLabel: { formatter: (bytes: number) => bytes.toLocaleString("en") },
      },
      yAxis: {
        type: "value",
        name: "percent",
        nameLocation: "middle",
        nameGap: 45,
        scale: true,
        max: ({ max }: { max: number }) => Math.min(100, Math.ceil(max + 1)),
      },
      series: SHARES.map(({ field, symbol }, at) => ({
        type: keys.length === 1 ? "line" : "scatter",
        name: field,
        symbol,
        symbolSize: 9,
        color: COLOURS[at],
        lineStyle: { width: 1.5 },
        labelLayout: { hideOverlap: true },
        data: judged.map((row) => ({
          value: [row.figures.bytes, 100 * row.figures[field].value],
          name: keys.map((key) => showValue(row.settings[key]!)).join(", "),
          label: {
            show: field === findHighest(row),
            position: "top",
            formatter: "{b}",
            fontSize: 11,
            color: "#444",
          },
        })),
      })),
    },
    { width: WIDTH, height: HEIGHT },
  );
}

/** Settings that are not the same in all runs: what tells them apart. */
function listVaried(rows: readonly SweepRow[]): string[] {
  return Object.keys(rows[0]?.settings ?? {}).filter(
    (key) => new Set(rows.map(({ settings }) => showValue(settings[key]!))).size > 1,
  );
}

/** The points of a run stand above each other, so that its label has room over the first of them alone. */
function findHighest({ figures }: Judged): (typeof SHARES)[number]["field"] {
  const [highest] = SHARES.toSorted((a, b) => figures[b.field].value - figures[a.field].value);
  return highest!.field;
}

/** The powers of two around all sizes. */
function findOctaves(sizes: readonly number[]): { min?: number; max?: number } {
  if (sizes.length === 0) return {};
  return {
    min: 2 ** Math.floor(Math.log2(Math.min(...sizes))),
    max: 2 ** Math.ceil(Math.log2(Math.max(...sizes) * 1.0001)),
  };
}
