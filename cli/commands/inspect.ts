/**
 * `radlite inspect MODEL`: what a model file is made of, layer by layer, where each of its bytes goes, and
 * the operating point it was sealed at.
 */
import type { Calibration, InputRecipe, LayerReport, Review } from "@radlite/model/format";
import { digestOf } from "@radlite/registry/bundle";
import type { Command } from "commander";
import { MODEL_ARGUMENT, readModel } from "../models.ts";
import { formatCount, formatTable, printJson, printPage, showControls } from "../show/output.ts";

const HEADINGS = [
  ...["layer", "operator", "output", "weights", "non-zero", "coding"],
  ...["bits/weight", "entropy", "bytes", "MACs"],
];

export function addInspect(program: Command): void {
  program
    .command("inspect")
    .description("show the layers of a model file: weights, bits, bytes and multiplications")
    .argument("<model>", MODEL_ARGUMENT)
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite inspect model.rlm")
    .action(inspect);
}

async function inspect(model: string, { json }: { json?: boolean }): Promise<void> {
  const { reportLayers } = await import("@radlite/model/format");
  const { name, bytes } = await readModel(model);
  const report = reportLayers(bytes, name);
  const sha256 = digestOf(bytes);
  if (json) {
    const { network, ...rest } = report;
    printJson({ sha256, bytes: bytes.length, input: network.input, labels: network.labels, ...rest });
    return;
  }
  const { network, calibration } = report;
  printPage(`${showControls(name)}: ${formatCount(bytes.length)} bytes, sha256 ${sha256}
input  ${describeInput(network.input)}
labels ${showControls(network.labels.join(", "))}
${calibration ? await describeCalibration(calibration) : "not sealed: no temperature and no threshold yet"}

${formatLayers(report, bytes.length)}`);
}

function describeInput({ width, height, channels, trim, normalise }: InputRecipe): string {
  const borders = trim ? "borders trimmed, " : "";
  return `${borders}${width} x ${height} pixels, ${channels === 1 ? "grey" : "three channels"}, normalised ${normalise.kind}`;
}

async function describeCalibration(calibration: Calibration): Promise<string> {
  const { temperature, threshold, validation, validationAuc, review } = calibration;
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = validation;
  return `sealed temperature ${temperature.toFixed(3)}, threshold ${threshold.toFixed(3)}; validation: ${truePositives} of ${
    truePositives + falseNegatives
  } PNEUMONIA, ${trueNegatives} of ${trueNegatives + falsePositives} NORMAL right, AUC ${validationAuc.toFixed(4)}${
    review ? `\n${await describeReview(threshold, review)}` : ""
  }`;
}

async function describeReview(threshold: number, { coverage, halfWidth }: Review): Promise<string> {
  const { surroundThreshold } = await import("@radlite/model/verdict");
  const [low, high] = surroundThreshold(threshold, halfWidth).map((end) => end.toFixed(3));
  return `review  between ${low} and ${high}, which leaves ${Number((100 * coverage).toFixed(1))}% to be answered`;
}

/**
 * Bits a weight beside the entropy of the weights, which only a code that sees more than single ones goes below.
 * Products of signs have a column where there are any.
 */
function formatLayers(report: LayerReport, fileBytes: number): string {
  const { layers, otherParts, parameters, nonZeros, macs, binaryMacs } = report;
  const signs = (text: string): string[] => (binaryMacs > 0 ? [text] : []);
  const rows = layers.map(({ operator, output, ...layer }, i) => [
    ...[String(i + 1), operator, output.join(" x ")],
    ...(layer.weights > 0 ? [formatCount(layer.weights), formatCount(layer.nonZeros)] : ["", ""]),
    layer.coding,
    ...(layer.weights > 0 ? [layer.bitsPerWeight.toFixed(2), layer.entropyBits.toFixed(2)] : ["", ""]),
    ...[layer.bytes, layer.macs].map((count) => (count ? formatCount(count) : "")),
    ...signs(layer.binaryMacs ? formatCount(layer.binaryMacs) : ""),
  ]);
  const others = otherParts.map(({ name, bytes }) => [
    ...["", name, "", "", "", "", "", ""],
    ...[formatCount(bytes), "", ...signs("")],
  ]);
  const weighed = layers.reduce((sum, { weights, entropyBits }) => sum + weights * entropyBits, 0);
  const total = [
    ...["", "total", "", formatCount(parameters), formatCount(nonZeros), ""],
    ...[
      ((8 * fileBytes) / Math.max(1, parameters)).toFixed(2),
      (weighed / Math.max(1, parameters)).toFixed(2),
    ],
    ...[formatCount(fileBytes), formatCount(macs), ...signs(formatCount(binaryMacs))],
  ];
  return formatTable([[...HEADINGS, ...signs("sign MACs")], ...rows, ...others, total]);
}
