/**
 * `radlite train RECIPE --data DIR [--teacher MODEL...] [--out DIR] [--seed N] [--weights PATH] [--resume
 * | --fresh] [--register]`: a recipe on a folder of radiographs, from files to a bundle with its evidence. Progress goes to
 * stderr; SIGINT keeps the last finished epoch, from which --resume goes on.
 */
import { join } from "node:path";
import { ARTIFACT_FILE } from "@radlite/registry/bundle";
import { type Command, InvalidArgumentError, Option } from "commander";
import { openBook } from "../remote/run-book.ts";
import { requireRegister, serverOption } from "../remote.ts";
import { bothTo, describeRun, recordRun } from "../run-record.ts";
import { print, printJson } from "../show/output.ts";
import { stopOnSignals } from "../signals.ts";
import { openTeachers } from "../teachers.ts";

interface TrainCommandOptions {
  data: string;
  teacher?: string[];
  out?: string;
  seed?: number;
  resume?: boolean;
  fresh?: boolean;
  register?: boolean;
  server?: string;
  weights?: string;
  json?: boolean;
}

export function addTrain(program: Command): void {
  program
    .command("train")
    .description("train, compress and judge a network by a recipe")
    .argument("<recipe>", "the name of a shipped recipe, or the path of a YAML file")
    .requiredOption("--data <dir>", "a folder with NORMAL/ and PNEUMONIA/, or with train/ that holds them")
    .option(
      "--teacher <model...>",
      "learn from these instead of the recipe's teachers: model files, bundles, or versions such as chest-xray@3",
    )
    .option("--out <dir>", "where the bundle goes (default: runs/<name of the recipe>)")
    .option(
      "--weights <path>",
      "the pretrained weights that the recipe names: a TensorFlow.js folder, a Keras .h5 file or a name of `radlite weights list` (default: as in RADLITE_WEIGHTS=name=/path, then what `radlite weights fetch` left)",
    )
    .option("--seed <n>", "draw anew: this seed in place of the recipe's, the split stays", parseSeed)
    .option("--resume", "go on from the last finished epoch of a run that was stopped")
    .addOption(new Option("--fresh", "begin anew in a folder where a run was stopped").conflicts("resume"))
    .option("--register", "register the finished version, without promoting it")
    .addOption(serverOption("with --register: there"))
    .hook("preAction", requireRegister)
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite train residual-64 --data chest_xray --register")
    .action(train);
}

async function train(name: string, options: TrainCommandOptions): Promise<void> {
  const { loadRecipe, reseed } = await import("@radlite/training/recipes");
  const loaded = await loadRecipe(name);
  const recipe =
    options.seed === undefined ? loaded : { ...loaded, recipe: reseed(loaded.recipe, options.seed) };
  const outFolder = options.out ?? join("runs", recipe.recipe.name);
  // Everything that is needed at the end is loaded now: an hour later the files may be another version's.
  const book = options.register ? await openBook(options.server) : undefined;
  const { startTrainingDisplay } = await import("../training-display.ts");
  const { trainRecipe } = await import("@radlite/training/run");
  const teachers = await openTeachers(options.teacher);
  const signal = stopOnSignals("Stopped; --resume goes on from the last epoch.");
  const display = startTrainingDisplay();
  const { bundle, version } = await recordRun(
    book,
    describeRun(recipe, options.data),
    ({ onStart, onProgress }) =>
      trainRecipe({
        recipe,
        dataFolder: options.data,
        teachers,
        outFolder,
        weights: { given: options.weights, setting: process.env.RADLITE_WEIGHTS },
        resume: options.resume,
        fresh: options.fresh,
        signal,
        onStart,
        onProgress: bothTo(display.show, onProgress),
      }).finally(display.stop),
  );
  if (options.json) printJson({ bundle, version });
  else {
    print(`${join(bundle, ARTIFACT_FILE)} is ready${version ? ` and registered as ${version}` : ""}.`);
  }
}

/** Errors: an InvalidArgumentError for what is no seed. */
export function parseSeed(written: string): number {
  const seed = Number(written);
  if (/^\d+$/.test(written) && seed < 2 ** 31) return seed;
  throw new InvalidArgumentError("Expected a whole number from 0 to 2147483647.");
}
