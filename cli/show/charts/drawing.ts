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

/** Text of an SVG file on a white ground. */
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
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
