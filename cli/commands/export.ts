/**
 * `radlite export MODEL --onnx OUT`: the network of a model file as a plain ONNX file, for any runtime. It takes the
 * normalised input and gives logits; with preprocessing it takes pictures without their borders and gives
 * probabilities. What else it takes to use it lies in the file's metadata, and the help shows how.
 */

import { RadliteError } from "@radlite/model/errors";
import type { Calibration, Network } from "@radlite/model/format";
import type { PictureLevels } from "@radlite/model/format/onnx";
import { digestOf } from "@radlite/registry/bundle";
import { type Command, Option } from "commander";
import { readAnsweringModel } from "../answering-model.ts";
import { requireWritable, writeNamedFile } from "../files.ts";
import { MODEL_ARGUMENT } from "../models.ts";
import { PYTHON_LINES } from "../onnx-lines.ts";
import { formatCount, print, printJson } from "../show/output.ts";

interface ExportOptions {
  onnx: string;
  withPreprocessing?: PictureLevels;
  json?: boolean;
}

const LEVELS = ["uint8", "float32"] as const satisfies readonly PictureLevels[];

export function addExport(program: Command): void {
  program
    .command("export")
    .description("write the network of a model file in a format that others read")
    .argument("<model>", MODEL_ARGUMENT)
    .requiredOption("--onnx <file>", "where to write the ONNX file")
    .addOption(
      new Option(
        "--with-preprocessing [levels]",
        "put all but trimming into the file: it takes grey pictures of any size, from 0 to 255, without borders, and gives probabilities",
      )
        .choices(LEVELS)
        .preset("uint8"),
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  radlite export model.rlm --onnx model.onnx
  radlite export residual-64 --onnx model.onnx --with-preprocessing float32

The file's metadata_props hold labels, threshold, temperature, review_band, population, sha256 and, as JSON, input:
how a picture is trimmed, averaged and normalised. These lines, with numpy, Pillow and onnxruntime alone, give the
probability that a server gives, from either kind of file; but of a picture in colour a file that takes uint8 gives
nearly that, since its grey is rounded to whole levels: take float32. A network of three channels looks at colours,
which a file with preprocessing does not get: of a tinted picture it gives what the grey one has. The lines ask no
gate whether the picture is one that the model knows: "radlite classify" does.

  python classify.py model.onnx chest.jpeg

${PYTHON_LINES}`,
    )
    .action(exportModel);
}

async function exportModel(named: string, { onnx, withPreprocessing, json }: ExportOptions): Promise<void> {
  const { inferShapes, open } = await import("@radlite/model/format");
  const { encodeOnnx } = await import("@radlite/model/format/onnx");
  const { describeModel } = await import("../onnx-metadata.ts");
  await requireWritable(onnx, [named]);
  const model = await readAnsweringModel(named, undefined);
  const { network, calibration } = open(model.bytes, named);
  const { population } = model;
  const metadata = describeModel({ network, calibration, population, sha256: digestOf(model.bytes) });
  const preprocessing = withPreprocessing && {
    levels: withPreprocessing,
    temperature: requireCalibration(calibration, named).temperature,
  };
  const bytes = encodeOnnx(network, { metadata, ...(preprocessing && { preprocessing }) });
  await writeNamedFile(onnx, bytes);
  if (json) {
    const { input } = network;
    printJson({ onnx, bytes: bytes.length, sha256: digestOf(bytes), input, calibration, metadata });
    return;
  }
  const logits = inferShapes(network).at(-1)![2];
  print(`${onnx}: ${formatCount(bytes.length)} bytes`);
  const use = withPreprocessing
    ? describePictures(network, withPreprocessing, calibration!)
    : describeUse(network, logits, calibration);
  for (const line of use) print(line);
}

function requireCalibration(calibration: Calibration | undefined, named: string): Calibration {
  if (calibration) return calibration;
  throw new RadliteError(
    "BAD_INPUT",
    `${named} is not sealed: it has no temperature, so no probability; export it without --with-preprocessing`,
  );
}

function describePictures({ input, labels }: Network, levels: PictureLevels, { threshold }: Calibration) {
  const borders = input.trim ? ", without its black and white borders" : "";
  const colours = input.channels === 3 ? "; the network looks at colours, which it gets as grey here" : "";
  return [
    `picture [batch, height, width] ${levels}, grey from 0 to 255${borders}; output probability [batch] of ${labels[1]}${colours}`,
    `${labels[1]} where it is at least ${threshold}`,
  ];
}

function describeUse(network: Network, logits: number, calibration: Calibration | undefined): string[] {
  const { input, labels } = network;
  const shape = `[batch, ${input.channels}, ${input.height}, ${input.width}]`;
  const borders = input.trim ? "of the picture without its black and white borders, " : "";
  const use = `input ${shape}, ${borders}normalised ${input.normalise.kind}; output [batch, ${logits}] logits`;
  if (!calibration) return [use];
  const { temperature, threshold } = calibration;
  const logit = logits === 1 ? "logit" : "(second logit - first)";
  return [use, `${labels[1]} where sigmoid(${logit} / ${temperature}) is at least ${threshold}`];
}
