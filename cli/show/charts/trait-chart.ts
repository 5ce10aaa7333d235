/** How the properties of the files are spread over the two classes: a histogram each, as shares of a class. */
import { type CheckedSet, isSame, TRAIT_TITLES, TRAITS, type Trait } from "@radlite/training/data-check";
import { COLOURS, drawChart } from "./drawing.ts";

const COLUMNS = 3;
const CELL = { width: 370, height: 230 }; // px
/** The share of the values that is shown; the rest is in the bins at the ends. */
const SHOWN = { from: 0.005, to: 0.995 };
const CLASSES = ["NORMAL", "PNEUMONIA"] as const;

/** Text of an SVG file, with a plot for each property that is not the same in all files. */
export function drawTraits({ check, table: { images, values } }: CheckedSet): string {
  const labels = images.map(({ label }) => label);
  const shown = TRAITS.filter((trait) => !isSame(check.traits[trait]));
  const bins = Math.ceil(2 * Math.cbrt(Math.min(...check.images))); // Rice's rule, for the smaller class
  const rows = Math.ceil(shown.length / COLUMNS);
  const cells = shown.map((trait, at) => {
    const left = (at % COLUMNS) * CELL.width;
    const top = 30 + Math.floor(at / COLUMNS) * CELL.height;
    return { trait, left, top };
  });
  return drawChart(
    {
      legend: { data: [...CLASSES], top: 0 },
      title: cells.map(({ trait, left, top }) => ({
        text: TRAIT_TITLES[trait],
        left: left + 45,
        top,
        textStyle: { fontSize: 12, fontWeight: "normal" },
      })),
      grid: cells.map(({ left, top }) => ({
        left: left + 45,
        top: top + 25,
        width: CELL.width - 65,
        height: CELL.height - 65,
      })),
      xAxis: cells.map((_, at) => ({ type: "value", gridIndex: at, scale: true, splitNumber: 4 })),
      yAxis: cells.map((_, at) => ({
        type: "value",
        gridIndex: at,
        splitNumber: 3,
        axisLabel: { formatter: "{value}%" },
      })),
      series: cells.flatMap(({ trait }, at) => drawHistograms(trait, values[trait], { labels, at, bins })),
    },
    { width: COLUMNS * CELL.width, height: 30 + rows * CELL.height },
  );
}

function drawHistograms(
  trait: Trait,
  values: Float32Array,
  { labels, at, bins }: { labels: readonly number[]; at: number; bins: number },
) {
  const sorted = values.toSorted();
  const pick = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const [low, high] = [pick(SHOWN.from), pick(SHOWN.to)];
  const width = (high - low) / bins || 1;
  return CLASSES.map((name, label) => {
    const ofClass = values.filter((_, row) => labels[row] === label);
    const shares = new Float64Array(bins);
    for (const value of ofClass) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - low) / width)));
      shares[bin]! += 100 / ofClass.length;
    }
    return {
      type: "line",
      name,
      id: `${trait} ${name}`,
      xAxisIndex: at,
      yAxisIndex: at,
      step: "middle",
      showSymbol: false,
      itemStyle: { color: COLOURS[label] },
      lineStyle: { width: 1.5 },
      areaStyle: { opacity: 0.15 },
      data: [...shares].map((share, bin) => [low + (bin + 0.5) * width, share]),
    };
  });
}
