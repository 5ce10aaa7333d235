/** A sensitivity scan as two tables: points of AUC that a layer loses, and how far the logits move. */
import type { CutEffect, LayerSensitivity, SensitivityScan } from "@radlite/training/sensitivity";
import { formatCount, formatTable } from "./output.ts";

export function formatScan(scan: SensitivityScan): string {
  const loss = tabulate(scan, ({ aucLoss }) => formatPoints(aucLoss));
  const drift = tabulate(scan, ({ logitDrift }) => logitDrift.toFixed(3));
  return [
    `lost points of validation AUC, a layer alone\n${formatTable(loss)}`,
    `root mean square change of the logits\n${formatTable(drift)}`,
  ].join("\n\n");
}

function tabulate({ layers }: SensitivityScan, show: (effect: CutEffect) => string): string[][] {
  const [first] = layers;
  const bits = first?.bits.map(({ cut }) => (cut === 1 ? "1 bit" : `${cut} bits`)) ?? [];
  const rates = first?.rates.map(({ cut }) => `${Math.round(1000 * cut) / 10}% gone`) ?? [];
  return [
    ["layer", "operator", "shape", "weights", ...bits, ...rates],
    ...layers.map((layer) => [...describe(layer), ...[...layer.bits, ...layer.rates].map(show)]),
  ];
}

/** Without a zero that is negative. */
function formatPoints(points: number): string {
  return (Number(points.toFixed(2)) || 0).toFixed(2);
}

function describe({ layer, operator, shape, weights }: LayerSensitivity): string[] {
  return [String(layer), operator, shape.join(" x "), formatCount(weights)];
}
