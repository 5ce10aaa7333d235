/**
 * What a sweep may say: a base recipe, perhaps a model whose compression is swept in place of a training, and a
 * grid of recipe keys with the values that each takes. Every combination of values is a run.
 */
import { basename, dirname, join, resolve } from "node:path";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { readPlainFile } from "@radlite/registry/bundle";
import { z } from "zod";
import { findRepositoryRoot } from "../recipes/location.ts";
import { parseYaml } from "../recipes/parse.ts";
import { section, text } from "../recipes/rules.ts";

const SHIPPED = "training/recipes/sweeps";

/** Sets the seed of the fit and of every stage that draws. */
export const SEED_KEY = "seed";

const GRID_TEXT = "a map from keys of the recipe, such as stages.0.sparsity or seed, to lists of values";

const sweepSchema = section({
  /** A shipped recipe, or the path of one. */
  recipe: text("the name of a shipped recipe, or the path of a YAML file"),
  /** As the command line names models; absent: each run is trained. */
  model: text("a model file, a bundle folder, the name of a shipped model or a version").optional(),
  /** Keys are paths into the recipe, list items counting from 0. */
  grid: z
    .record(z.string(), z.array(z.json(), GRID_TEXT).min(1, GRID_TEXT), GRID_TEXT)
    .refine((grid) => Object.keys(grid).length > 0, GRID_TEXT),
});

export type Sweep = z.output<typeof sweepSchema>;

/** The value of one setting, as YAML has it. */
export type SettingValue = Sweep["grid"][string][number];

/** `file` is the name to show in messages. Errors: BAD_INPUT. */
export function parseSweep(source: string, file: string): Sweep {
  return parseYaml(source, sweepSchema, { file, kind: "Sweep" });
}

/** Errors: NOT_FOUND (no such file), BAD_INPUT (not valid). */
export async function loadSweep(path: string): Promise<Sweep> {
  const source = await readPlainFile(path).catch((cause: Error) => {
    throw new RadliteError("NOT_FOUND", `The sweep ${path} cannot be read: ${describeFileProblem(cause)}.`, {
      cause,
    });
  });
  return parseSweep(source.toString(), path);
}

/** Where the sweep of that name lies that ships with the product. */
export function locateShipped(name: string): string {
  return join(findRepositoryRoot(), SHIPPED, `${basename(name)}.yaml`);
}

/** The name of the shipped sweep at a path. Errors: BAD_INPUT (another file). */
export function nameShipped(path: string): string {
  if (dirname(resolve(path)) === join(findRepositoryRoot(), SHIPPED)) return basename(path, ".yaml");
  throw new RadliteError(
    "BAD_INPUT",
    `${path} is no shipped sweep, and elsewhere there are no others: put it into ${SHIPPED}, here and in the image.`,
  );
}
