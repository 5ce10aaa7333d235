/**
 * `radlite compress MODEL --recipe R [--data DIR] [--out DIR] [--pin LAYERS] [--max-drop P] [--seed N] [--resume
 * | --fresh] [--register]`: the compression stages of a recipe on a model that is there already. Progress goes to stderr; SIGINT
 * keeps the last finished epoch of a stage, from which --resume goes on.
 */
import { join } from "node:path";
import { ARTIFACT_FILE, digestOf } from "@radlite/registry/bundle";
import { type Command, InvalidArgumentError, Option } from "commander";
import { MODEL_ARGUMENT, readModel } from "../models.ts";
import { openBook } from "../remote/run-book.ts";
import { requireRegister, serverOption } from "../remote.ts";
import { bothTo, describeRun, recordRun } from "../run-record.ts";
import { print, printJson } from "../show/output.ts";
import { stopOnSignals } from "../signals.ts";
import { parseSeed } from "./train.ts";

interface CompressCommandOptions {
  recipe: string;
  data?: string;
  out?: string;
  pin?: number[];
  maxDrop?: number;
  seed?: number;
  resume?: boolean;
  fresh?: boolean;
  register?: boolean;
  server?: string;
  json?: boolean;
}

export function addCompress(program: Command): void {
  program
    .command("compress")
    .description("compress a model by the stages of a recipe, without training it anew")
    .argument("<model>", MODEL_ARGUMENT)
    .requiredOption("--recipe <recipe>", "the name of a shipped recipe, or the path of a YAML file")
    .option(
      "--data <dir>",
      "the radiographs that the model was trained on; not needed by stages that change no value (radlite stages)",
    )
    .option("--out <dir>", "where the bundle goes (default: runs/<recipe>-of-<first digits of the model>)")
    .option(
      "--pin <layers>",
      'layers to leave as they are, such as "1,12-14"; see radlite inspect',
      parseLayers,
    )
    .option("--max-drop <points>", "stop where validation AUC falls by more hundredths in all", parsePoints)
    .option(
      "--seed <n>",
      "draw the stages anew: this seed in place of the recipe's, the split stays",
      parseSeed,
    )
    .option("--resume", "go on from where a run was stopped")
    .addOption(new Option("--fresh", "begin anew in a folder where a run was stopped").conflicts("resume"))
    .option("--register", "register the finished version, without promoting it")
    .addOption(serverOption("with --register: there"))
    .hook("preAction", requireRegister)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  radlite compress residual-64/parent --recipe residual-64-pruned --data chest_xray",
    )
    .action(compress);
}

async function compress(name: string, options: CompressCommandOptions): Promise<void> {
  const { loadRecipe, reseed } = await import("@radlite/training/recipes");
  const loaded = await loadRecipe(options.recipe);
  const recipe =
    options.seed === undefined ? loaded : { ...loaded, recipe: reseed(loaded.recipe, options.seed) };
  const model = await readModel(name);
  const origin = digestOf(model.bytes).slice(0, 8);
  const outFolder = options.out ?? join("runs", `${recipe.recipe.name}-of-${origin}`);
  const book = options.register ? await openBook(options.server) : undefined;
  const { startTrainingDisplay } = await import("../training-display.ts");
  const { compressModel } = await import("@radlite/training/compress");
  const signal = stopOnSignals("Stopped; --resume goes on from here.");
  const display = startTrainingDisplay();
  const { bundle, version } = await recordRun(
    book,
    describeRun(recipe, options.data),
    ({ onStart, onProgress }) =>
      compressModel({
        model,
        recipe,
        dataFolder: options.data,
        outFolder,
        pinned: options.pin,
        maxDrop: options.maxDrop,
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

/** `1,12-14` -> 1, 12, 13, 14. */
export function parseLayers(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [, first, last = first] = /^\s*([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?\s*$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first)) {
      throw new InvalidArgumentError('Expected numbers of layers, such as "1,12-14".');
    }
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at);
  });
}

function parsePoints(text: string): number {
  const points = Number(text);
  if (text.trim() !== "" && points >= 0 && points <= 50) return points;
  throw new InvalidArgumentError("Expected hundredths of AUC, 0 to 50.");
}
