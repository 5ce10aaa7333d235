/** Axes as every chart has them: a name in the middle, lines in the colours of the page. */
import type { Palette } from "./palette.ts";

interface AxisOptions {
  name: string;
  type?: "value" | "log" | "category" | "time";
  /** Between the axis and its name, px. */
  gap?: number;
  min?: number | undefined;
  max?: number | undefined;
}

export function axis(palette: Palette, { name, type = "value", gap = 30, min, max }: AxisOptions) {
  return {
    type,
    name,
    nameLocation: "middle",
    nameGap: gap,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    scale: true,
    nameTextStyle: { color: palette.quiet },
    axisLabel: { color: palette.quiet, hideOverlap: true },
    axisLine: { lineStyle: { color: palette.quiet } },
    splitLine: { lineStyle: { color: palette.line } },
  };
}

/** As text alone: the page's policy lets nothing write styles of its own. */
export function tooltip({ sheet, ink, line }: Palette) {
  return {
    renderMode: "richText",
    backgroundColor: sheet,
    borderColor: line,
    textStyle: { color: ink, fontSize: 12 },
    confine: true,
  } as const;
}

/** The powers of ten around all values, for a logarithmic axis. */
export function findDecades(values: readonly number[]): { min?: number; max?: number } {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return {};
  return {
    min: 10 ** Math.floor(Math.log10(Math.min(...positive))),
    max: 10 ** Math.ceil(Math.log10(Math.max(...positive) * 1.0001)),
  };
}
