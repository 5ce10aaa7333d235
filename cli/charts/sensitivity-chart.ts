/** A sensitivity scan as two plots: how far the logits move over bits and over the share pruned, a line a layer. */
import type { LayerSensitivity, SensitivityScan } from "@radlite/training/sensitivity";
import { drawChart } from "./drawing.ts";

const WIDTH = 1120; // px
const HEIGHT = 520; // px
const MARGIN = { left: 70, gap: 90, right: 40 }; // px
/** A logit that moves less than this moves no verdict; a scale of tenfold steps must end somewhere. */
const LEAST_DRIFT = 1e-4;

const CUTS = [
  { field: "bits", name: "bits of the layer's weights" },
  { field: "rates", name: "share of the layer's weights that is pruned" },
] as const;

/** Text of an SVG file; `name` is that of the model. */
export function drawSensitivity({ layers }: SensitivityScan, name: string): string {
  const width = (WIDTH - MARGIN.left - MARGIN.gap - MARGIN.right) / CUTS.length;
  return drawChart(
    {
      title: { text: `${name}: change of the logits when one layer is cut`, left: "center" },
      legend: { bottom: 5, type: "plain" },
      grid: CUTS.map((_, at) => ({
        left: MARGIN.left + at * (width + MARGIN.gap),
        width,
        top: 55,
        bottom: 115,
      })),
      xAxis: CUTS.map((cut, at) => ({
        ...{ type: "category", gridIndex: at, name: cut.name, nameLocation: "middle", nameGap: 30 },
        data: layers[0]?.[cut.field].map((effect) => String(effect.cut)) ?? [],
      })),
      yAxis: CUTS.map((_, at) => ({
        ...{ type: "log", gridIndex: at, name: "root mean square change of the logit" },
        ...{ nameLocation: "middle", nameGap: 50 },
      })),
      series: CUTS.flatMap(({ field }, at) => layers.map((layer) => drawLayer(layer, field, at))),
    },
    { width: WIDTH, height: HEIGHT },
  );
}

function drawLayer(layer: LayerSensitivity, field: "bits" | "rates", at: number) {
  return {
    ...{ type: "line", name: `${layer.layer} ${layer.operator}`, xAxisIndex: at, yAxisIndex: at },
    data: layer[field].map(({ logitDrift }) => Math.max(LEAST_DRIFT, logitDrift)),
  };
}
