/** The plots of a damage report: how probabilities moved, case against case, and calibration before and after. */
import type { CalibrationBin } from "@radlite/model/statistics";
import type { Damage, PairedCase } from "@radlite/registry/commands";
import type { EChartsCoreOption } from "echarts/core";
import { COLOURS, drawChart } from "./drawing.ts";

const SIZE = { width: 540, height: 420 }; // px
const GRID = { left: 65, right: 25, top: 65, bottom: 55 }; // px
const DIAGONAL = [
  [0, 0],
  [1, 1],
];
const FAINT = "#bbb";
/** Size of a point that stands for cases, px: its area grows with their number. */
const LEAST_SYMBOL = 4;
const MOST_SYMBOL = 18;

/** How many probabilities of each label moved how far; the counts grow tenfold, since most do not move. */
export function drawShift({ shift }: Pick<Damage, "shift">): string {
  const { low, high, counts } = shift.histograms.NORMAL;
  const width = (high - low) / counts.length;
  const middles = counts.map((_, bin) => (low + (bin + 0.5) * width).toFixed(2));
  return draw("Shift of the probability of PNEUMONIA", {
    xAxis: { type: "category", data: middles, ...nameAxis("child less parent", 28) },
    yAxis: {
      type: "log",
      min: 0.5,
      startValue: 0.5,
      ...nameAxis("cases", 40),
      axisLabel: { formatter: formatCases },
    },
    series: (["NORMAL", "PNEUMONIA"] as const).map((label) => ({
      name: label,
      type: "bar",
      barGap: "-50%",
      barCategoryGap: "0%",
      data: shift.histograms[label].counts.map((count) => (count === 0 ? "-" : count)),
    })),
  });
}

/** Every case by its probability before and after; those whose verdict flipped stand out. */
export function drawPairs({ cases }: Pick<Damage, "cases">): string {
  const points = (name: string, color: string, holds: (one: PairedCase) => boolean) => ({
    name,
    type: "scatter",
    symbolSize: 6,
    itemStyle: { color, opacity: 0.7 },
    data: cases.filter(holds).map(({ first, second }) => [first.probability, second.probability]),
  });
  const isFlipped = ({ first, second }: PairedCase) => first.isRight !== second.isRight;
  return draw("Each radiograph before and after", {
    xAxis: probabilityAxis("parent: probability of PNEUMONIA", 28),
    yAxis: probabilityAxis("child: probability of PNEUMONIA", 40),
    series: [
      { type: "line", data: DIAGONAL, showSymbol: false, lineStyle: { color: FAINT, type: "dashed" } },
      points("same verdict", FAINT, (one) => !isFlipped(one)),
      points("became wrong", COLOURS[1], (one) => isFlipped(one) && one.first.isRight),
      points("became right", COLOURS[2], (one) => isFlipped(one) && one.second.isRight),
    ],
  });
}

/**
 * Share of PNEUMONIA among the cases that were given about the same probability: on the diagonal it is as said.
 * Points are the larger the more cases they stand for.
 */
export function drawCalibration({ parent, child }: Pick<Damage, "parent" | "child">): string {
  const line = (name: string, bins: readonly CalibrationBin[], color: string) => ({
    name,
    type: "line",
    symbol: "circle",
    lineStyle: { color },
    itemStyle: { color },
    data: bins
      .filter(({ n }) => n > 0)
      .map(({ meanProbability, share, n }) => ({
        value: [meanProbability, share],
        symbolSize: Math.min(MOST_SYMBOL, LEAST_SYMBOL + Math.sqrt(n)),
      })),
  });
  return draw("Calibration before and after", {
    xAxis: probabilityAxis("mean probability in a fifteenth", 28),
    yAxis: probabilityAxis("share of PNEUMONIA", 40),
    series: [
      { type: "line", data: DIAGONAL, showSymbol: false, lineStyle: { color: FAINT, type: "dashed" } },
      line("parent", parent.bins, COLOURS[0]),
      line("child", child.bins, COLOURS[1]),
    ],
  });
}

function draw(title: string, option: EChartsCoreOption): string {
  const heading = { text: title, left: "center", textStyle: { fontSize: 15 } };
  return drawChart({ title: heading, legend: { top: 34 }, grid: GRID, ...option }, SIZE);
}

function probabilityAxis(name: string, gap: number) {
  return { type: "value", min: 0, max: 1, ...nameAxis(name, gap) };
}

function nameAxis(name: string, nameGap: number) {
  return { name, nameLocation: "middle", nameGap };
}

/** Whole powers of ten alone. */
function formatCases(count: number): string {
  return count >= 1 ? String(count) : "";
}
