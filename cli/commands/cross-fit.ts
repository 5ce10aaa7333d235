/**
 * `radlite cross-fit RECIPE --data DIR [--folds N] [--epochs N] [--seed N] [--out DIR] [--against CASES...] [--json]`:
 * a recipe judged on its own training images, each by a network that did not see its patient, in all and by groups of
 * like looks. In place of the recipe the cases that it wrote before, of which it prints the figures again.
 */
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import type { CrossFitCases } from "@radlite/training/evaluation";
import { type Command, InvalidArgumentError, Option } from "commander";
import { note, printJson, printPage } from "../show/output.ts";
import { stopOnSignals } from "../signals.ts";
import { parseSeed } from "./train.ts";

interface CrossFitCommandOptions {
  data?: string;
  folds: number;
  epochs?: number;
  seed?: number;
  out?: string;
  against?: string[];
  json?: boolean;
  markdown?: boolean;
}

/** What a judging is made with. */
const TRAINING_OPTIONS = [
  "data",
  "folds",
  "epochs",
  "seed",
  "out",
] as const satisfies readonly (keyof CrossFitCommandOptions)[];

export function addCrossFit(program: Command): void {
  program
    .command("cross-fit")
    .description("judge a recipe on its training images, each by a network that did not see its patient")
    .argument("<recipe>", "the name of a shipped recipe, the path of a YAML file, or cases (.json) of before")
    .option("--data <dir>", "a folder with NORMAL/ and PNEUMONIA/, or with train/ that holds them")
    .option("--folds <n>", "in how many parts the images are cut, by patient", countTo(2, 20), 5)
    .option("--epochs <n>", "in place of a third of the recipe's", countTo(1, 1000))
    .option("--seed <n>", "in place of the recipe's; the parts stay", parseSeed)
    .option(
      "--out <dir>",
      "where its cases go, and what is finished meanwhile (default: runs/cross-fit/<name>)",
    )
    .option("--against <cases...>", "cases of other designs, compared with it image by image")
    .option("--json", "print one JSON object")
    .addOption(new Option("--markdown", "print Markdown").conflicts("json"))
    .addHelpText(
      "after",
      "\nExample:\n  radlite cross-fit residual-64-robust --data chest_xray --folds 3 --epochs 10",
    )
    .action(showCrossFit);
}

async function showCrossFit(named: string, options: CrossFitCommandOptions, command: Command): Promise<void> {
  const { against = [], json = false, markdown = false } = options;
  const isJudged = named.endsWith(".json");
  if (isJudged) refuseTrainingOptions(named, command);
  const { readCases, compareCrossFits, reportCrossFit } = await import("@radlite/training/evaluation");
  const others = await Promise.all(against.map(readCases)); // what is amiss with them is said before the training
  const cases = isJudged ? await readCases(named) : await train(named, options, others);
  const report = reportCrossFit(cases);
  const compared = others.map((other) => ({
    design: other.recipe.name,
    ...reportCrossFit(other),
    paired: compareCrossFits(other, cases),
  }));
  if (json) {
    const { recipe, epochs, seed, folds } = cases;
    printJson({
      design: recipe.name,
      epochs,
      seed,
      folds,
      ...report,
      ...(others.length > 0 ? { against: compared } : {}),
    });
    return;
  }
  const { formatCrossFit, formatDesigns } = await import("../show/cross-fit-table.ts");
  printPage(formatCrossFit(cases, report, { markdown }));
  if (others.length === 0) return;
  printPage(`\n${formatDesigns([...compared, { design: cases.recipe.name, ...report }], { markdown })}`);
}

/** They would change nothing about cases that lie there. */
function refuseTrainingOptions(named: string, command: Command): void {
  const given = TRAINING_OPTIONS.filter((name) => command.getOptionValueSource(name) === "cli");
  if (given.length === 0) return;
  throw new RadliteError(
    "BAD_INPUT",
    `${named} holds cases that are judged already, and ${given.map((name) => `--${name}`).join(", ")} would change nothing: name a recipe in its place, or leave that out`,
  );
}

async function train(name: string, options: CrossFitCommandOptions, against: readonly CrossFitCases[]) {
  if (options.data === undefined) {
    throw new RadliteError("BAD_INPUT", "--data is missing: name the folder with the training images");
  }
  const { loadRecipe, reseed } = await import("@radlite/training/recipes");
  const { recipe: loaded } = await loadRecipe(name);
  const recipe = options.seed === undefined ? loaded : reseed(loaded, options.seed);
  const { startTrainingDisplay } = await import("../training-display.ts");
  const { CASES_FILE, crossFit } = await import("@radlite/training/cross-fit");
  const outFolder = options.out ?? join("runs", "cross-fit", recipe.name);
  const signal = stopOnSignals("Stopped; the same command goes on from the last epoch.");
  const display = startTrainingDisplay();
  const cases = await crossFit({
    recipe,
    dataFolder: options.data,
    outFolder,
    folds: options.folds,
    epochs: options.epochs ?? Math.max(1, Math.round(recipe.fit.epochs / 3)),
    against,
    signal,
    onProgress: display.show,
  }).finally(display.stop);
  note(`its cases are in ${join(outFolder, CASES_FILE)}`);
  return cases;
}

function countTo(least: number, most: number) {
  return (written: string): number => {
    const count = Number(written);
    if (/^\d+$/.test(written) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}
