/** What the page of runs may be asked to show, as its address says it; what is left out is as here. */
export const SETTINGS = {
  status: "",
  recipe: "",
  dataset: "",
  /** Of the sweep: how its recipes begin, which field of them is looked at, and what it is held against. */
  sweep: "",
  field: "", // the one with most values
  on: "validation",
  worth: "auc",
} as const;

export type Settings = Record<keyof typeof SETTINGS, string>;
export type Change = (changed: Partial<Settings>) => void;
