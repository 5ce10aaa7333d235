/** How it does: on every set, by kinds of radiographs, and how far its probabilities can be believed. */
import type { CardSource } from "../card-source.ts";
import { area, code, count, foreign, percent, table } from "../markdown.ts";

const NONE = "It was evaluated on no set, so nothing is known of how it does.";

export function describeFigures({ sets }: CardSource): string {
  if (sets.length === 0) return NONE;
  const changed = sets.filter(({ metrics }) => metrics.changes !== undefined);
  return [
    "The sealed file itself, at its sealed threshold, with 95% intervals: Wilson's for shares, DeLong's for the AUC. PNEUMONIA is the positive class.",
    table([
      ["set", "role", "radiographs", "accuracy", "sensitivity", "specificity", "balanced accuracy", "AUC"],
      ...sets.map(({ set, metrics, normal, pneumonia }) => [
        ...[code(set.name), set.role, count(normal + pneumonia), percent(metrics.accuracy)],
        ...[percent(metrics.sensitivity), percent(metrics.specificity), percent(metrics.balancedAccuracy)],
        area(metrics.auc),
      ]),
    ]),
    ...(changed.length === 0
      ? []
      : [
          "A set of changed radiographs is judged over all of its changes. Under the one that costs most:",
          table([
            ["set", "changes", "lowest sensitivity", "lowest specificity"],
            ...changed.map(({ set, metrics }) => [
              ...[code(set.name), String(metrics.changes)],
              ...[percent(metrics.lowestSensitivity), percent(metrics.lowestSpecificity)],
            ]),
          ]),
        ]),
    table([
      [
        "set",
        "PNEUMONIA found",
        "PNEUMONIA missed",
        "NORMAL right",
        "NORMAL called PNEUMONIA",
        "ms a radiograph",
      ],
      ...sets.map(({ set, metrics: { confusion, latencyMs } }) => [
        code(set.name),
        ...[confusion.truePositives, confusion.falseNegatives].map(count),
        ...[confusion.trueNegatives, confusion.falsePositives].map(count),
        latencyMs.toFixed(2),
      ]),
    ]),
    "Milliseconds are the median of one inference where it was judged, decoding left out.",
  ].join("\n\n");
}

export function describeKinds({ sets }: CardSource): string {
  const rows = sets.flatMap(({ set, kinds }) =>
    kinds.map(({ name, label, n, right, auc }) => [
      ...[code(set.name), `${label}, ${foreign(name)}`, count(n), percent(right), auc ? area(auc) : ""],
    ]),
  );
  if (rows.length === 0)
    return "The evaluations do not say of which kind a radiograph is, such as whether bacteria or a virus caused the pneumonia.";
  return [
    table([
      ["set", "subgroup", "radiographs", "called by its label", "AUC against the other label"],
      ...rows,
    ]),
    "Age, sex and machine are not on record, so there are no figures by them.",
  ].join("\n\n");
}

export function describeCalibration({ sets, version }: CardSource): string {
  if (sets.length === 0) return NONE;
  return [
    `Temperature ${version.operatingPoint?.temperature}, fitted on validation. The expected calibration error (ECE) is over fifteen equal bins of the probability of PNEUMONIA. Perfectly calibrated probabilities as sure as these show the floor on as many cases.`,
    table([
      ["set", "cases", "ECE", "floor"],
      ...sets.map(({ set, metrics, eceFloor }) => [
        ...[code(set.name), count(metrics.n), metrics.ece.toFixed(4)],
        eceFloor?.toFixed(4) ?? "",
      ]),
    ]),
  ].join("\n\n");
}

export function describeAbstention({ sets }: CardSource): string {
  const rows = sets.flatMap(({ set, answered }) =>
    answered.map(({ coverage, n, error }) => [
      code(set.name),
      `${Math.round(100 * coverage)}%`,
      count(n),
      percent(error),
    ]),
  );
  if (rows.length === 0) return "It was evaluated on no set of unchanged radiographs.";
  return [
    "Cases are left out by how near their probability lies to the threshold, in logits; the error is of those that are answered.",
    table([["set", "answered", "radiographs", "error"], ...rows]),
  ].join("\n\n");
}
