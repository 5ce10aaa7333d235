/** What the table of versions can show of each: its name, its order in the registry, and how it reads. */
import type { VariablesOf } from "../shell/registry.ts";
import { atTime, type Estimated, millions } from "../shell/words.ts";
import type { ListedMetrics, ListedVersion, VERSIONS } from "./queries.ts";

export type VersionOrderField = NonNullable<NonNullable<VariablesOf<typeof VERSIONS>["orderBy"]>["field"]>;

export interface Column {
  key: string;
  name: string;
  /** What the registry can order by; left out: nothing. */
  order?: VersionOrderField;
  isNumber?: boolean;
  /** Whether more of it is better, so that a first click puts the most first. */
  isWorth?: boolean;
  show(version: ListedVersion): string | Estimated;
}

type Figure = {
  [Name in keyof ListedMetrics]: ListedMetrics[Name] extends Estimated ? Name : never;
}[keyof ListedMetrics];

const figure = (key: Figure, name: string, order?: VersionOrderField): Column => ({
  ...{ key, name, isNumber: true, isWorth: true },
  ...(order && { order }),
  show: ({ metrics }) => metrics?.[key] ?? "–",
});

export const COLUMNS: readonly Column[] = [
  {
    ...{ key: "bytes", name: "Bytes", order: "SIZE_BYTES", isNumber: true },
    show: ({ sizeBytes }) => sizeBytes.toLocaleString("en"),
  },
  { key: "macs", name: "MACs", order: "MACS", isNumber: true, show: ({ macs }) => millions(macs) },
  {
    ...{ key: "parameters", name: "Parameters", order: "PARAMETERS", isNumber: true },
    show: ({ parameters }) => parameters.toLocaleString("en"),
  },
  {
    ...{ key: "ms", name: "Inference, ms", order: "LATENCY", isNumber: true },
    show: ({ metrics }) => metrics?.latencyMs?.toFixed(2) ?? "–",
  },
  figure("accuracy", "Accuracy", "ACCURACY"),
  figure("auc", "AUC", "AUC"),
  figure("sensitivity", "Sensitivity", "SENSITIVITY"),
  figure("specificity", "Specificity", "SPECIFICITY"),
  figure("balancedAccuracy", "Balanced accuracy", "BALANCED_ACCURACY"),
  figure("lowestSensitivity", "Lowest sensitivity", "LOWEST_SENSITIVITY"),
  figure("lowestSpecificity", "Lowest specificity", "LOWEST_SPECIFICITY"),
  {
    ...{ key: "ece", name: "Calibration error", isNumber: true },
    show: ({ metrics }) => metrics?.ece?.toFixed(3) ?? "–",
  },
  { key: "recipe", name: "Recipe", show: ({ recipe }) => recipe },
  {
    ...{ key: "stages", name: "Stages" },
    show: ({ stages }) => stages.map(({ name }) => name).join(", ") || "–",
  },
  {
    ...{ key: "tags", name: "Tags" },
    show: ({ tags }) => tags.map(({ key, value }) => `${key}: ${value}`).join(", ") || "–",
  },
  { key: "created", name: "Made", order: "CREATED_AT", show: ({ createdAt }) => atTime(createdAt) },
];

export const ORDERS: Readonly<Record<string, VersionOrderField>> = {
  number: "NUMBER",
  ...Object.fromEntries(COLUMNS.flatMap(({ key, order }) => (order ? [[key, order]] : []))),
};
