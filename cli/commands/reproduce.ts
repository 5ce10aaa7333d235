/**
 * `radlite reproduce MODEL --data DIR [--out DIR] [--teacher MODEL...] [--weights PATH] [--resume | --fresh] [--json]`:
 * the recipe of a model trained again on the same images, and how far it lands. Progress goes to stderr; SIGINT keeps
 * the last finished epoch, from which --resume goes on.
 */
import { join } from "node:path";
import { type Command, Option } from "commander";
import { MODEL_ARGUMENT, readModel } from "../models.ts";
import { note, printJson, printPage } from "../show/output.ts";
import { stopOnSignals } from "../signals.ts";
import { openTeachers } from "../teachers.ts";

interface ReproduceCommandOptions {
  data: string;
  out?: string;
  teacher?: string[];
  weights?: string;
  resume?: boolean;
  fresh?: boolean;
  json?: boolean;
}

export function addReproduce(program: Command): void {
  program
    .command("reproduce")
    .description("train the recipe of a model again, and say how far it lands")
    .argument("<model>", MODEL_ARGUMENT)
    .requiredOption("--data <dir>", "the folder that it was trained on, with train/ and test/")
    .option("--out <dir>", "where the new bundle goes (default: runs/reproduce/<name of the model>)")
    .option("--teacher <model...>", "what it learnt from, where its recipe names other teachers")
    .option("--weights <path>", "the pretrained weights that the recipe names, as for radlite train")
    .option("--resume", "go on from the last finished epoch of a run that was stopped")
    .addOption(new Option("--fresh", "begin anew in a folder where a run was stopped").conflicts("resume"))
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
The seed is the model's. On the machine of another processor or TensorFlow the file may be another one; how often the
two differ, image by image, is McNemar's test on the images that the model itself was judged on.

Example:
  radlite reproduce residual-64-tiny --data chest_xray`,
    )
    .action(reproduce);
}

async function reproduce(named: string, options: ReproduceCommandOptions): Promise<void> {
  const { data, weights, resume, fresh, json } = options;
  const model = await readModel(named);
  // Everything that is needed at the end is loaded now: an hour later the files may be another version's.
  const { startTrainingDisplay } = await import("../training-display.ts");
  const { formatReproduction } = await import("../reproduction-page.ts");
  const { reproduceModel } = await import("@radlite/training/reproduce");
  const teachers = await openTeachers(options.teacher);
  const outFolder = options.out ?? join("runs", "reproduce", named.replace(/[^a-z0-9]+/gi, "-"));
  const signal = stopOnSignals("Stopped; --resume goes on from the last epoch.");
  const display = startTrainingDisplay();
  const reproduction = await reproduceModel({
    model,
    dataFolder: data,
    outFolder,
    teachers,
    weights: { given: weights, setting: process.env.RADLITE_WEIGHTS },
    resume,
    fresh,
    signal,
    onProgress: display.show,
  }).finally(display.stop);
  if (json) printJson(reproduction);
  else {
    printPage(formatReproduction(reproduction));
    note(`the new bundle is in ${reproduction.bundle}`);
  }
}
