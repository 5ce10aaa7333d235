/**
 * A sweep -> its runs, each with a recipe of its own as text. A run is named by its settings, so that a grid that
 * grows finds the runs that are done already. Runs that differ in their stages alone share one training: a float
 * network that each of them compresses.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Document, parseDocument } from "yaml";
import { digestRecipe, type LoadedRecipe, parseRecipe, type Recipe } from "../recipes/index.ts";
import { SEED_KEY, type SettingValue, type Sweep } from "./sweep.ts";

export interface SweepRun {
  /** The name of its folder; unique in the sweep. */
  name: string;
  settings: Record<string, SettingValue>;
  recipe: LoadedRecipe;
  /** The name of the training that it compresses; absent: it trains itself, or compresses the sweep's model. */
  parent?: string;
}

/** A training that several runs share. */
export interface SharedParent {
  name: string;
  recipe: LoadedRecipe;
}

export interface SweepPlan {
  /** As the command line names models. */
  model?: string;
  parents: SharedParent[];
  runs: SweepRun[];
}

const MOST_RUNS = 1000;
const LONGEST_NAME = 64; // of a recipe

/** `base` is the recipe that the sweep names. Errors: BAD_INPUT that names the run and what is wrong with it. */
export function planSweep({ grid, model }: Sweep, base: LoadedRecipe): SweepPlan {
  const points = combine(Object.entries(grid));
  if (points.length > MOST_RUNS) {
    throw new RadliteError(
      "BAD_INPUT",
      `The sweep has ${points.length} runs, expected at most ${MOST_RUNS}.`,
    );
  }
  const runs = points.map((settings) => planRun(settings, grid, base));
  const twice = runs.find(({ name }, at) => runs.findIndex((other) => other.name === name) < at);
  if (twice) {
    throw new RadliteError(
      "BAD_INPUT",
      `Two runs of the sweep are called ${twice.name}: leave one value out.`,
    );
  }
  if (model !== undefined) return { model, parents: [], runs };
  return shareTrainings(runs, grid, base);
}

function combine(entries: [string, SettingValue[]][]): Record<string, SettingValue>[] {
  return entries.reduce<Record<string, SettingValue>[]>(
    (points, [key, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
}

function planRun(settings: Record<string, SettingValue>, grid: Sweep["grid"], base: LoadedRecipe): SweepRun {
  const name = nameSettings(base, settings, grid);
  const unseeded = Object.fromEntries(Object.entries(settings).filter(([key]) => !isSeed(key)));
  return { name, settings, recipe: setRecipe(base, settings, nameSettings(base, unseeded, grid)) };
}

/** Versions of one recipe with several seeds have its name in common. */
function isSeed(key: string): boolean {
  return key.split(".").at(-1) === SEED_KEY;
}

/** `residual-64-sparsity-0-3-seed-2`: the last part of each key, and its value or which one in the list it is. */
function nameSettings(
  { recipe }: LoadedRecipe,
  settings: Record<string, SettingValue>,
  grid: Sweep["grid"],
): string {
  const parts = Object.entries(settings).map(([key, value]) => {
    const shown = typeof value === "object" ? grid[key]!.indexOf(value) + 1 : value;
    return `${key.split(".").at(-1)}-${shown}`;
  });
  const name = [recipe.name, ...parts]
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return name.replace(/-$/, "");
}

function setRecipe(base: LoadedRecipe, settings: Record<string, SettingValue>, name: string): LoadedRecipe {
  const document = parseDocument(base.source);
  document.set("name", name.length <= LONGEST_NAME ? name : name.slice(-LONGEST_NAME).replace(/^-+/, ""));
  for (const [key, value] of Object.entries(settings)) {
    if (key !== SEED_KEY) setValue(document, key, value);
  }
  const seed = settings[SEED_KEY];
  if (seed !== undefined) {
    document.setIn(["fit", "seed"], seed);
    parse(document, name).stages.forEach((stage, at) => {
      if ("seed" in stage) document.setIn(["stages", at, "seed"], seed);
    });
  }
  return { recipe: parse(document, name), source: document.toString() };
}

function parse(document: Document, name: string): Recipe {
  return parseRecipe(document.toString(), `${name} of the sweep`);
}

function setValue(document: Document, key: string, value: SettingValue): void {
  const path = key.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  try {
    document.setIn(path, typeof value === "object" ? document.createNode(value) : value);
  } catch (cause) {
    throw new RadliteError(
      "BAD_INPUT",
      `grid: the recipe has no place for ${key}: ${(cause as Error).message}.`,
      { cause },
    );
  }
}

/** Stages cost minutes and a training an hour: where runs share it, it runs once. */
function shareTrainings(runs: readonly SweepRun[], grid: Sweep["grid"], base: LoadedRecipe): SweepPlan {
  const identify = ({ recipe }: SweepRun) => digestRecipe({ ...recipe.recipe, name: "", stages: [] });
  const keys = runs.map(identify);
  const parents = new Map<string, SharedParent>();
  const shared = runs.map((run, at): SweepRun => {
    const isAlone = keys.filter((key) => key === keys[at]).length === 1;
    if (isAlone || run.recipe.recipe.stages.length === 0) return run;
    const parent = parents.get(keys[at]!) ?? planParent(run, grid, base);
    parents.set(keys[at]!, parent);
    return { ...run, parent: parent.name };
  });
  return { parents: [...parents.values()], runs: shared };
}

function planParent({ settings }: SweepRun, grid: Sweep["grid"], base: LoadedRecipe): SharedParent {
  const kept = Object.fromEntries(Object.entries(settings).filter(([key]) => !/^stages(\.|$)/.test(key)));
  const unseeded = Object.fromEntries(Object.entries(kept).filter(([key]) => !isSeed(key)));
  const { source } = setRecipe(base, kept, nameSettings(base, unseeded, grid));
  const document = parseDocument(source);
  document.delete("stages");
  const name = `${nameSettings(base, kept, grid)}-float`;
  return { name, recipe: { recipe: parse(document, name), source: document.toString() } };
}
