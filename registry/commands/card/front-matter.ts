/**
 * The YAML at the head of a card, as Hugging Face's Hub reads it: `model-index` has every figure of every set, whole
 * and with its interval; what is Radlite's own stands under `radlite`. Every text is quoted, since YAML 1.1, which
 * the Hub reads, takes `no`, `1e3` and `12:30` for other things.
 */
import type { Estimate } from "@radlite/model/statistics";
import type { CardSource } from "./card-source.ts";
import type { JudgedSet } from "./judged-set.ts";
import { showPlainly } from "./markdown.ts";
import { findKnownData, SHIPPED_LICENCE } from "./words.ts";

/** Names of the Hub's metrics where it has one. */
const METRICS = [
  ["accuracy", "Accuracy", "accuracy"],
  ["sensitivity", "Sensitivity (recall of PNEUMONIA)", "recall"],
  ["specificity", "Specificity", "specificity"],
  ["balancedAccuracy", "Balanced accuracy", "balanced_accuracy"],
  ["auc", "AUC", "roc_auc"],
] as const;

const CHANGED_METRICS = [
  ["lowestSensitivity", "Sensitivity under the worst change", "lowest_sensitivity"],
  ["lowestSpecificity", "Specificity under the worst change", "lowest_specificity"],
] as const;

/** Without the lines that fence it; ends with a line feed. */
export async function formatFrontMatter(source: CardSource): Promise<string> {
  const { stringify } = await import("yaml"); // a cold function, and a command that prints no card, go without
  return stringify(describe(source), {
    version: "1.1",
    lineWidth: 0,
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    aliasDuplicateObjects: false,
  });
}

function describe({ version, facts, sets }: CardSource): object {
  const known = findKnownData(facts.trainedOn.images);
  return {
    license: known ? SHIPPED_LICENCE : "unknown",
    library_name: "radlite",
    pipeline_tag: "image-classification",
    tags: ["radlite", "chest-x-ray", "pneumonia", "model-compression", "research-only"],
    metrics: METRICS.map(([, , type]) => type),
    ...(sets.length > 0 && {
      "model-index": [
        { name: version.id, results: sets.map((judged) => describeSet(version.model, judged)) },
      ],
    }),
    radlite: {
      ...{ version: version.id, sha256: version.artifact, sizeBytes: version.sizeBytes },
      ...{ parameters: version.parameters, macs: version.macs, seed: facts.seed },
      recipe: { name: showPlainly(facts.recipe.name), digest: facts.recipe.digest },
      trainedOn: facts.trainedOn,
      ...(version.parent !== undefined && { parent: version.parent }),
      ...(version.archivedAt !== undefined && { archivedAt: version.archivedAt }),
      tags: Object.entries(version.tags)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, value: showPlainly(value) })),
    },
  };
}

function describeSet(model: string, { set, metrics, normal, pneumonia }: JudgedSet): object {
  const figure = (name: string, type: string, { value, low, high }: Estimate) => ({
    ...{ type, name, value },
    args: { low, high, confidence: 0.95 },
  });
  return {
    task: { type: "image-classification", name: "Pneumonia on chest radiographs" },
    dataset: {
      ...{ type: model, name: `${model}: ${set.name}`, split: set.name, revision: metrics.images },
      args: { role: set.role, radiographs: normal + pneumonia, normal, pneumonia },
    },
    metrics: [
      ...METRICS.map(([field, name, type]) => figure(name, type, metrics[field])),
      ...(metrics.changes === undefined
        ? []
        : CHANGED_METRICS.map(([field, name, type]) => figure(name, type, metrics[field]))),
      { type: "ece", name: "Expected calibration error", value: metrics.ece },
    ],
  };
}
