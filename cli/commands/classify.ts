/**
 * `radlite classify FILE... [--model MODEL]`: the verdict on each radiograph, by a model that is named or by what is
 * in production in the registry. A file that cannot be judged is named with its reason and does not keep the
 * others from being judged.
 */
import { RadliteError } from "@radlite/model/errors";
import type { PreparedInput } from "@radlite/model/input";
import type { OperatingPoint, Verdict } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import type { Command } from "commander";
import { describeFailure, FAILED } from "../failure.ts";
import { readNamedFile } from "../files.ts";
import { MODEL_ARGUMENT, readModel } from "../models.ts";
import { readProductionModel } from "../production.ts";
import {
  formatCount,
  formatShare,
  formatTable,
  printJson,
  printPage,
  showControls,
  warn,
} from "../show/output.ts";

interface ClassifyOptions {
  model?: string;
  json?: boolean;
}

interface ModelAnswering {
  /** The model and number of a registered version. */
  name?: string;
  version?: number;
  sha256: string;
  bytes: number;
  engine: string;
}

type Result = { file: string } & (
  | (Omit<Verdict, "inferMs"> & {
      input: { sha256: string } & Pick<PreparedInput, "kind" | "width" | "height">;
      timing: { decodeMs: number; inferMs: number };
    })
  | { error: { code: string; reason?: string; message: string } }
);

export function addClassify(program: Command): void {
  program
    .command("classify")
    .description("say NORMAL or PNEUMONIA of each radiograph")
    .argument("<file...>", "radiographs, JPEG, PNG or DICOM")
    .option("--model <model>", `${MODEL_ARGUMENT}; default: the model in production`)
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite classify chest.jpeg --model model.rlm")
    .action(classify);
}

async function classify(files: string[], { model: name, json }: ClassifyOptions): Promise<void> {
  const { prepareInput } = await import("@radlite/model/input");
  const { loadVerdictModel, judge, NOTICE } = await import("@radlite/model/verdict");
  const { bytes, version } = name === undefined ? await readProductionModel() : await readModel(name);
  const model = await loadVerdictModel(bytes, name);
  const answering: ModelAnswering = {
    ...(version && { name: version.model, version: version.number }),
    sha256: digestOf(bytes),
    bytes: bytes.length,
    engine: model.engine.name,
  };

  const results: Result[] = [];
  for (const file of files) {
    try {
      const radiograph = await readNamedFile(file);
      const { tensor, decodeMs, ...input } = await prepareInput(radiograph, model.input);
      const { inferMs, ...verdict } = await judge(model, tensor);
      results.push({
        file,
        ...verdict,
        input: { sha256: digestOf(radiograph), ...input },
        timing: { decodeMs, inferMs },
      });
    } catch (error) {
      if (!(error instanceof RadliteError)) throw error;
      const { code, reason, message } = error;
      results.push({ file, error: { code, reason, message } });
      warn(`${file}: ${describeFailure(error)}`);
    }
  }
  if (json) printJson({ model: answering, results, notice: NOTICE });
  else {
    const title = version ? `${version.model} version ${version.number}` : name!;
    const page = describeVerdicts({ ...answering, title }, model.operatingPoint, results);
    if (page !== "") printPage(`${page}\n${NOTICE}`);
  }
  if (results.some((result) => "error" in result)) process.exitCode = FAILED;
}

/** Empty where there is no verdict. */
function describeVerdicts(
  model: ModelAnswering & { title: string },
  { threshold, rule, sensitivity, specificity }: OperatingPoint,
  results: Result[],
): string {
  const rows = results.flatMap((result) =>
    "error" in result ? [] : [[result.file, result.verdict, result.probability.toFixed(3)]],
  );
  if (rows.length === 0) return "";
  return `${formatTable([["file", "verdict", "probability"], ...rows])}

${showControls(model.title)}, ${formatCount(model.bytes)} bytes, sha256 ${model.sha256}
PNEUMONIA at a probability of ${threshold.toFixed(3)} or more (${rule}); on validation cases that finds
${formatShare(sensitivity)} of pneumonias and spares ${formatShare(specificity)} of normals`;
}
