/**
 * `radlite sensitivity MODEL --data DIR [--bits LIST] [--rates LIST] [--layers LAYERS] [--svg FILE] [--json]`: what each
 * layer loses when it alone is quantised or pruned, in validation AUC and in how far logits move.
 */
import type { SensitivityScan } from "@radlite/training/sensitivity";
import { type Command, InvalidArgumentError, Option } from "commander";
import { requireWritable, writeNamedFile } from "../files.ts";
import { MODEL_ARGUMENT, type NamedModel, readModel } from "../models.ts";
import { startProgress } from "../progress.ts";
import { print, printJson, printPage } from "../show/output.ts";
import { stopOnSignals } from "../signals.ts";
import { parseLayers } from "./compress.ts";

interface SensitivityOptions {
  data: string;
  recipe?: string;
  bits: number[];
  rates: number[];
  layers?: number[];
  svg?: string;
  json?: boolean;
}

const DEFAULT_BITS = [1, 2, 3, 4, 5, 6, 7, 8];
const DEFAULT_RATES = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95];

export function addSensitivity(program: Command): void {
  program
    .command("sensitivity")
    .description("show what each layer loses when it alone is quantised or pruned")
    .argument("<model>", MODEL_ARGUMENT)
    .requiredOption("--data <dir>", "a folder with NORMAL/ and PNEUMONIA/, or with train/ that holds them")
    .option(
      "--recipe <recipe>",
      "whose section validation splits them (default: the model's own, or recipes' default)",
    )
    .addOption(listOption("--bits <list>", "numbers of bits, 1 to 8", isBits, DEFAULT_BITS))
    .addOption(listOption("--rates <list>", "shares of the weights to prune, 0 to 1", isRate, DEFAULT_RATES))
    .option("--layers <layers>", 'only these, such as "1,12-14"; see radlite inspect', parseLayers)
    .option("--svg <file>", "draw it there")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  radlite sensitivity residual-64/parent --data chest_xray --svg layers.svg",
    )
    .action(showSensitivity);
}

async function showSensitivity(name: string, options: SensitivityOptions): Promise<void> {
  const { data, bits, rates, layers, svg, json } = options;
  const { open } = await import("@radlite/model/format");
  const { loadValidation } = await import("@radlite/training/data");
  const { scanSensitivity } = await import("@radlite/training/sensitivity");
  await requireWritable(svg, [name, data, options.recipe]);
  const model = await readModel(name);
  const { network } = open(model.bytes, model.name);
  const validation = await loadValidation(data, network.input, await findSplit(model, options.recipe));
  const signal = stopOnSignals("Stopped.");
  const progress = startProgress("cuts");
  const scan = await scanSensitivity(network, validation, {
    bits,
    rates,
    signal,
    onProgress: progress.update,
    ...(layers ? { layers } : {}),
  }).finally(progress.stop);

  if (svg !== undefined) {
    const { drawSensitivity } = await import("../show/charts/sensitivity-chart.ts");
    await writeNamedFile(svg, drawSensitivity(scan, name));
  }
  if (json) printJson({ model: name, cases: validation.labels.length, ...scan });
  else await printScan(scan, name, validation.labels.length);
}

async function printScan(scan: SensitivityScan, name: string, cases: number): Promise<void> {
  const { formatScan } = await import("../show/sensitivity-tables.ts");
  print(`${name} on ${cases} radiographs of validation: AUC ${scan.whole.auc.toFixed(4)}`);
  print("");
  printPage(formatScan(scan));
}

/** The split that the model was made by keeps what it has learnt from out of the figures. */
async function findSplit({ recipe: own }: NamedModel, named: string | undefined) {
  const { loadRecipe, parseRecipe } = await import("@radlite/training/recipes");
  if (named !== undefined) return (await loadRecipe(named)).recipe.validation;
  if (own !== undefined) return parseRecipe(own, "recipe.yaml of the model").validation;
  return { fraction: 0.12, seed: 1 };
}

function listOption(
  flags: string,
  description: string,
  isAllowed: (value: number) => boolean,
  preset: number[],
): Option {
  return new Option(flags, description).default(preset, preset.join(",")).argParser((text) => {
    const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (values.every(isAllowed)) return values;
    throw new InvalidArgumentError(
      'Expected numbers with commas between them, such as "2,4,8" or "0.5,0.9".',
    );
  });
}

function isBits(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 8;
}

function isRate(value: number): boolean {
  return value > 0 && value < 1;
}
