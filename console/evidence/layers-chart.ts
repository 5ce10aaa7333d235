/** Bytes of layers as bars, in the order in which a radiograph goes through them. */
import type { Layer } from "@radlite/model/format";
import type { EChartsCoreOption } from "echarts/core";
import { axis, tooltip } from "../charts/axes.ts";
import type { Palette } from "../charts/palette.ts";
import { bytes } from "../shell/words.ts";

export interface Weighed {
  id: string;
  sizeBytes: number;
  /** Those that have weights. */
  layers: readonly Layer[];
  restBytes: number;
}

export const REST = "rest";

/** How a layer reads: `conv 32 × 32 × 16`, by what comes out of it. */
export const nameOf = ({ operator, output }: Layer): string => `${operator} ${output.join(" × ")}`;

export function describeLayers(versions: readonly Weighed[], palette: Palette): EChartsCoreOption {
  const most = Math.max(0, ...versions.map(({ layers }) => layers.length));
  const places = Array.from({ length: most }, (_, at) => String(at + 1));
  return {
    grid: { left: 62, right: 16, top: versions.length > 1 ? 34 : 12, bottom: 46 },
    ...(versions.length > 1 && { legend: { top: 0, textStyle: { color: palette.ink } } }),
    tooltip: { ...tooltip(palette), trigger: "item" },
    xAxis: {
      ...axis(palette, { name: "layer with weights, and the rest of the file", type: "category" }),
      data: [...places, REST],
    },
    yAxis: axis(palette, { name: "bytes", gap: 46, min: 0 }),
    series: versions.map(({ id, layers, restBytes, sizeBytes }) => ({
      type: "bar",
      name: id,
      data: [
        ...places.map((_, at) => toBar(layers[at])),
        {
          value: restBytes,
          tooltip: { formatter: `${id}\n${REST}: ${bytes(restBytes)} of ${bytes(sizeBytes)}` },
        },
      ],
    })),
  };
}

function toBar(layer: Layer | undefined) {
  if (!layer) return null;
  const { bytes: own, weights, bitsPerWeight } = layer;
  const words = `${nameOf(layer)}\n${bytes(own)}\n${weights.toLocaleString("en")} weights, ${bitsPerWeight.toFixed(2)} bits each`;
  return { value: own, tooltip: { formatter: words } };
}
