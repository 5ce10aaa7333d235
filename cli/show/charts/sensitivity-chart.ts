/** A sensitivity scan as two plots: how far the logits move over bits and over the share pruned, a line a layer. */
import type { LayerSensitivity, SensitivityScan } from "@radlite/training/sensitivity";
import { COLOURS, drawChart } from "./drawing.ts";

const WIDTH = 1120; // px
const PLOT_HEIGHT = 460; // px, axes included
const LEGEND = { columns: 11, lineHeight: 25 }; // layers a line; px
const MARGIN = { left: 70, gap: 90, right: 40 }; // px
/** A logit that moves less than this moves no verdict; a scale of tenfold steps must end somewhere. */
const LEAST_DRIFT = 1e-4;

/** With the colours they tell this many layers apart, and begin again. */
const SYMBOLS = ["emptyCircle", "rect", "triangle", "diamond"] as const;

const CUTS = [
  { field: "bits", name: "bits of the layer's weights" },
  { field: "rates", name: "share of the layer's weights that is pruned" },
] as const;

/** Text of an SVG file; `name` is that of the model. */
export function drawSensitivity({ layers }: SensitivityScan, name: string): string {
  const legendHeight = LEGEND.lineHeight * Math.ceil(layers.length / LEGEND.columns);
  const bottom = legendHeight + 70;
  const width = (WIDTH - MARGIN.left - MARGIN.gap - MARGIN.right) / CUTS.length;
  return drawChart(
    {
      title: { text: `${name}: change of the logits when one layer is cut`, left: "center" },
      legend: { bottom: 5, type: "plain" },
      grid: CUTS.map((_, at) => ({
        left: MARGIN.left + at * (width + MARGIN.gap),
        width,
        top: 55,
        bottom,
      })),
      xAxis: CUTS.map((cut, at) => ({
        type: "category",
        gridIndex: at,
        name: cut.name,
        nameLocation: "middle",
        nameGap: 30,
        data: layers[0]?.[cut.field].map((effect) => String(effect.cut)) ?? [],
      })),
      yAxis: CUTS.map((_, at) => ({
        type: "log",
        gridIndex: at,
        name: "root mean square change of the logit",
        nameLocation: "middle",
        nameGap: 50,
      })),
      series: CUTS.flatMap(({ field }, at) =>
        layers.map((layer, place) => drawLayer(layer, { field, at, place })),
      ),
    },
    { width: WIDTH, height: PLOT_HEIGHT + legendHeight },
  );
}

function drawLayer(
  layer: LayerSensitivity,
  { field, at, place }: { field: "bits" | "rates"; at: number; place: number },
) {
  return {
    symbol: SYMBOLS[Math.floor(place / COLOURS.length) % SYMBOLS.length],
    symbolSize: 7,
    color: COLOURS[place % COLOURS.length],
    type: "line",
    name: `${layer.layer} ${layer.operator}`,
    xAxisIndex: at,
    yAxisIndex: at,
    data: layer[field].map(({ logitDrift }) => Math.max(LEAST_DRIFT, logitDrift)),
  };
}
