/** The library that draws, with what these charts are made of and no more. Loaded with the first chart that is shown. */
import { BarChart, GraphChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";

use([
  ...[BarChart, GraphChart, LineChart, ScatterChart, CanvasRenderer, LabelLayout],
  ...[GridComponent, LegendComponent, MarkLineComponent, TooltipComponent],
]);

export { init } from "echarts/core";
