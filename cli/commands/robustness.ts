/**
 * `radlite robustness MODEL --data DIR [--on PART] [--register] [--out FILE.svg] [--json | --markdown]`: what becomes of
 * a model's answers when the same radiographs come with a border, brighter, cropped, turned, coarser, as another file.
 * With --register what was found is kept with the model's version.
 */
import { reportRobustness } from "@radlite/registry/bundle";
import type { Client } from "@radlite/registry/client";
import type { Radiograph } from "@radlite/training/data";
import { type Command, Option } from "commander";
import { prepareRobustness } from "../evaluation-record.ts";
import { requireWritable, writeNamedFile } from "../files.ts";
import { MODEL_ARGUMENT, type NamedModel } from "../models.ts";
import { startProgress } from "../progress.ts";
import { prepareRobustnessAt } from "../remote/evidence.ts";
import { readModelFor, readValidatedFor } from "../remote/models.ts";
import { openRemote, serverOption } from "../remote.ts";
import { note, printJson, printPage, warn } from "../show/output.ts";
import { stopOnSignals } from "../signals.ts";

/** Which radiographs of the folder. */
const PARTS = ["test", "validation", "both"] as const;

interface RobustnessCommandOptions {
  data: string;
  on: (typeof PARTS)[number];
  register?: boolean;
  server?: string;
  out?: string;
  json?: boolean;
  markdown?: boolean;
}

export function addRobustness(program: Command): void {
  program
    .command("robustness")
    .description("show which verdicts turn when the same radiographs come another way")
    .argument("<model>", MODEL_ARGUMENT)
    .requiredOption("--data <dir>", "a folder with NORMAL/ and PNEUMONIA/, or with test/ that holds them")
    .addOption(
      new Option("--on <part>", "its test part, those in train/ that the model was validated on, or both")
        .choices(PARTS)
        .default("test"),
    )
    .option("--register", "keep it with the model's version, whose bundle is registered if need be")
    .addOption(serverOption("the version, and with --register the record, there"))
    .option("--out <file>", "draw it there, as SVG")
    .option("--json", "print one JSON object")
    .addOption(new Option("--markdown", "print Markdown").conflicts("json"))
    .addHelpText(
      "after",
      "\nExample:\n  radlite robustness chest-xray@3 --data chest_xray --register --out robustness.svg",
    )
    .action(showRobustness);
}

async function showRobustness(named: string, options: RobustnessCommandOptions): Promise<void> {
  const { data, on, register = false, server, out, json, markdown = false } = options;
  const { measureRobustness } = await import("@radlite/training/evaluation");
  await requireWritable(out, [named, data]);
  const remote = server === undefined ? undefined : openRemote(server);
  const model = await readModelFor(remote, named);
  const images = await findImages(model, remote, { data, on });
  const prepare = remote ? prepareRobustnessAt.bind(undefined, remote) : prepareRobustness;
  const record = register ? await prepare(model) : undefined;
  const signal = stopOnSignals("Stopped.");
  const progress = startProgress("radiographs");
  const { robustness, unreadable } = await measureRobustness(model.bytes, images, {
    name: model.name,
    signal,
    onProgress: progress.update,
  }).finally(progress.stop);
  for (const { file, reason } of unreadable) warn(`left out ${file}: ${reason}`);

  const report = reportRobustness(robustness);
  if (out !== undefined) {
    const { drawRobustness } = await import("../show/charts/robustness-chart.ts");
    await writeNamedFile(out, drawRobustness(report, named));
  }
  if (json) printJson({ model: named, on, ...report });
  else {
    const { formatRobustness } = await import("../show/robustness-table.ts");
    printPage(formatRobustness(report, { markdown }));
  }
  if (!record) return;
  const { version, wasThere } = await record(robustness);
  note(wasThere ? `${version} had this very evidence before` : `kept with ${version}`);
}

async function findImages(
  model: NamedModel,
  remote: Client | undefined,
  { data, on }: Pick<RobustnessCommandOptions, "data" | "on">,
): Promise<Radiograph[]> {
  const { listRadiographs } = await import("@radlite/training/data");
  const { findValidated } = await import("@radlite/training/evaluation");
  const validated = on === "test" ? [] : await findValidated(data, await readValidatedFor(remote, model));
  if (on === "validation") return validated;
  const { images, unreadable } = await listRadiographs(data, "test");
  for (const { file, reason } of unreadable) warn(`left out ${file}: ${reason}`);
  return [...validated, ...images];
}
