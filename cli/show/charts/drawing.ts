/**
 * Charts as SVG, drawn without a browser. One set of colours, fonts and margins for all; a chart is the options of
 * the library that draws it and nothing else.
 */
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  ...[BarChart, LineChart, ScatterChart, SVGRenderer],
  ...[GridComponent, LegendComponent, MarkLineComponent, TitleComponent],
]);

/** Told apart by people who see few colours too (Okabe & Ito 2008). */
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;

export interface DrawingSize {
  width: number; // px
  height: number; // px
}

/** Text of an SVG file on a white ground: the same for the same options, whatever was drawn before. */
export function drawChart(option: EChartsCoreOption, { width, height }: DrawingSize): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: "#fff",
      color: [...COLOURS],
      textStyle: { fontFamily: "sans-serif" },
      ...option,
    });
    return countAnew(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** The library goes on counting charts and classes of styles from one drawing of a process to the next. */
function countAnew(svg: string): string {
  const classes = new Set(Array.from(svg.matchAll(/zr\d+-cls-(\d+)/g), ([, number]) => Number(number)));
  const places = new Map([...classes].sort((a, b) => a - b).map((number, place) => [String(number), place]));
  return svg
    .replace(/\bzr\d+-/g, "zr0-")
    .replace(/zr0-cls-(\d+)/g, (_, number) => `zr0-cls-${places.get(number)}`);
}
