/** What the page of models may be asked to show, as its address says it; what is left out is as here. */
import type { VersionOrderField } from "./columns.ts";

export const SETTINGS = {
  model: "", // the first by name
  on: "validation",
  /** Filters; empty: none. */
  recipe: "",
  minAuc: "",
  minSpecificity: "",
  maxBytes: "",
  archived: "",
  /** A column, with a minus before it for the largest first. */
  order: "bytes",
  columns: "bytes,accuracy,auc,specificity,recipe",
  /** Of the plot. */
  cost: "bytes",
  worth: "auc",
  seeds: "",
  /** Ids of the versions to compare. */
  ids: "",
} as const;

export type Settings = Record<keyof typeof SETTINGS, string>;
export type Change = (changed: Partial<Settings>) => void;

/** A list in the address. */
export const listed = (text: string): string[] => text.split(",").filter((part) => part !== "");

export const toggled = (list: readonly string[], one: string): string[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one];

interface Bounds {
  gte?: number;
  lte?: number;
}

/** As the registry takes it. What is no number filters nothing. */
export function toFilter({ recipe, minAuc, minSpecificity, maxBytes, archived }: Settings, model: string) {
  const bounds = (bound: keyof Bounds, text: string): Bounds | undefined => {
    const value = Number(text);
    return text.trim() === "" || !Number.isFinite(value) ? undefined : { [bound]: value };
  };
  const [auc, specificity, sizeBytes] = [
    bounds("gte", minAuc),
    bounds("gte", minSpecificity),
    bounds("lte", maxBytes),
  ];
  return {
    ...(model && { model: { eq: model } }),
    ...(recipe.trim() && { recipe: { contains: recipe.trim() } }),
    ...(auc && { auc }),
    ...(specificity && { specificity }),
    ...(sizeBytes && { sizeBytes }),
    ...(archived !== "shown" && { archived: false }),
  };
}

/** @param fields the order of each column that has one */
export function toOrder(order: string, fields: Readonly<Record<string, VersionOrderField>>) {
  const descends = order.startsWith("-");
  const field = fields[descends ? order.slice(1) : order];
  return field && { field, direction: descends ? ("DESC" as const) : ("ASC" as const) };
}
