/**
 * `radlite export MODEL --onnx OUT`: the network of a model file as a plain ONNX file, for any runtime. It
 * takes the normalised input and gives logits; what turns them into a verdict is printed, since ONNX has no
 * place for it.
 */
import type { Calibration, Network } from "@radlite/model/format";
import { digestOf } from "@radlite/registry/bundle";
import type { Command } from "commander";
import { requireWritable, writeNamedFile } from "../files.ts";
import { MODEL_ARGUMENT, readModel } from "../models.ts";
import { formatCount, print, printJson } from "../show/output.ts";

interface ExportOptions {
  onnx: string;
  json?: boolean;
}

export function addExport(program: Command): void {
  program
    .command("export")
    .description("write the network of a model file in a format that others read")
    .argument("<model>", MODEL_ARGUMENT)
    .requiredOption("--onnx <file>", "where to write the ONNX file")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite export model.rlm --onnx model.onnx")
    .action(exportModel);
}

async function exportModel(named: string, { onnx, json }: ExportOptions): Promise<void> {
  const { inferShapes, open } = await import("@radlite/model/format");
  const { encodeOnnx } = await import("@radlite/model/format/onnx");
  await requireWritable(onnx);
  const model = await readModel(named);
  const { network, calibration } = open(model.bytes, model.name);
  const bytes = encodeOnnx(network);
  await writeNamedFile(onnx, bytes);
  if (json) {
    printJson({ onnx, bytes: bytes.length, sha256: digestOf(bytes), input: network.input, calibration });
    return;
  }
  const logits = inferShapes(network).at(-1)![2];
  print(`${onnx}: ${formatCount(bytes.length)} bytes`);
  for (const line of describeUse(network, logits, calibration)) print(line);
}

function describeUse(network: Network, logits: number, calibration: Calibration | undefined): string[] {
  const { input, labels } = network;
  const shape = `[1, ${input.channels}, ${input.height}, ${input.width}]`;
  const borders = input.trim ? "of the picture without its black and white borders, " : "";
  const use = `input ${shape}, ${borders}normalised ${input.normalise.kind}; output [1, ${logits}] logits`;
  if (!calibration) return [use];
  const { temperature, threshold } = calibration;
  const logit = logits === 1 ? "logit" : "(second logit - first)";
  return [use, `${labels[1]} where sigmoid(${logit} / ${temperature}) is at least ${threshold}`];
}
