/**
 * `radlite classify FILE... [--model MODEL]`: the verdict on each radiograph, by a model that is named or by what is
 * in production in the registry, as the server would give it. A file that cannot be judged is named with its reason
 * and does not keep the others from being judged.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Asked, ClassifyAnswer } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import { type Command, Option } from "commander";
import { readAnsweringModel } from "../answering-model.ts";
import { openAudit } from "../audit.ts";
import {
  describeExplanation,
  requireExplainable,
  type WrittenExplanation,
  writeExplanation,
} from "../explaining.ts";
import { describeFailure, FAILED, REFUSED } from "../failure.ts";
import { readNamedRadiograph } from "../files.ts";
import { MODEL_ARGUMENT } from "../models.ts";
import { serverOption } from "../remote.ts";
import { print, printJson, printPage, warn } from "../show/output.ts";

interface ClassifyOptions extends Omit<Asked, "explain"> {
  model?: string;
  gate?: string;
  /** Where the picture with the map goes. */
  explain?: string;
  server?: string;
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

/** The keys of a server's answer, but for what all answers of one run share. */
type Answered = Omit<ClassifyAnswer, "model" | "notice" | "explanation"> & {
  explanation?: WrittenExplanation;
};
type Result = { file: string } & (
  | Answered
  | { error: { code: string; reason?: string | undefined; message: string } }
);

export function addClassify(program: Command): void {
  program
    .command("classify")
    .description("say NORMAL or PNEUMONIA of each radiograph, or leave it to a person")
    .argument("<file...>", "radiographs, JPEG, PNG or DICOM")
    .option("--model <model>", `${MODEL_ARGUMENT}; default: the model in production`)
    .option(
      "--gate <file>",
      "a gate's file (.rlg) to look first; default: the model's own, where one is known",
    )
    .addOption(
      new Option(
        "--on-outside <do>",
        "answer for pictures that are outside the gate too, for a person to look at",
      ).choices(["answer"]),
    )
    .addOption(
      new Option("--on-review <do>", "answer NORMAL or PNEUMONIA where a person should look").choices([
        "answer",
      ]),
    )
    .option(
      "--explain <out.png>",
      "write the radiograph, one, with what the network leaned on over it in colour",
    )
    .addOption(serverOption().conflicts(["model", "gate", "explain"]))
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Exit codes: 0 every file has its answer, 1 a file cannot be read, 3 a picture was refused.

Examples:
  radlite classify chest.jpeg --model model.rlm
  radlite classify film.dcm --explain map.png
  radlite classify *.dcm --json --on-outside answer`,
    )
    .action(classify);
}

async function classify(files: string[], options: ClassifyOptions): Promise<void> {
  const { model: name, gate: gateFile, explain: out, server, json, ...rest } = options;
  if (server !== undefined) {
    const { classifyThere } = await import("../classifying-there.ts");
    process.exitCode = exitCodeOf(await classifyThere(files, { server, asked: rest, json }));
    return;
  }
  const asked: Asked = { ...rest, ...(out !== undefined && { explain: "true" }) };
  const { prepareInput } = await import("@radlite/model/input");
  const { judgePicture, LONGEST_SIDE, loadVerdictModel, lookOf, NOTICE } = await import(
    "@radlite/model/verdict"
  );
  const { bytes, version, gate, population, performance: onTests } = await readAnsweringModel(name, gateFile);
  const model = await loadVerdictModel(bytes, name);
  if (out !== undefined) await requireExplainable(files, out, model);
  const about: ModelAnswering = {
    ...(version && { name: version.model, version: version.number }),
    sha256: digestOf(bytes),
    bytes: bytes.length,
    engine: model.engine.name,
  };
  const judge = async (file: string, coldStart: boolean): Promise<Answered> => {
    const startMs = performance.now();
    const radiograph = await readNamedRadiograph(file);
    const viewSide = out === undefined ? undefined : LONGEST_SIDE;
    const prepared = await prepareInput(radiograph, model.input, lookOf(gate), viewSide);
    const { inferMs, map, ...decision } = await judgePicture({ model, gate }, prepared, asked);
    const totalMs = performance.now() - startMs;
    const { kind, width, height, decodeMs } = prepared;
    return {
      ...decision,
      ...(population !== undefined && { population }),
      ...(onTests && { performance: onTests }),
      input: { sha256: digestOf(radiograph), kind, width, height },
      timing: { coldStart, decodeMs, inferMs, totalMs },
      degraded: false, // as a server says it: what was named is what answered
      ...(map && out !== undefined && { explanation: await writeExplanation(out, model, prepared, map) }),
    };
  };

  const results: Result[] = [];
  const audit = await openAudit();
  for (const [i, file] of files.entries()) {
    try {
      results.push({ file, ...(await judge(file, i === 0)) });
    } catch (error) {
      if (!(error instanceof RadliteError)) throw error;
      const { code, reason, message, details } = error;
      results.push({ file, error: { code, reason, message, ...details } });
      warn(`${file}: ${describeFailure(error)}`);
    }
  }
  const answered = results.flatMap((result) => ("error" in result ? [] : [result]));
  const kept = audit &&
    answered.length > 0 && {
      requestId: audit.requestId,
      audited: await audit.record(answered.map((answer) => ({ ...answer, model: about }))),
    };
  if (json) printJson({ model: about, results, ...kept, notice: NOTICE });
  else {
    if (answered.length > 0) {
      const { describeVerdicts } = await import("../show/verdict-page.ts");
      const title = version ? `${version.model} version ${version.number}` : name!;
      const { operatingPoint } = model;
      printPage(
        describeVerdicts(results, {
          ...about,
          title,
          operatingPoint,
          gate,
          population,
          performance: onTests,
        }),
      );
    }
    for (const { explanation } of answered) if (explanation) print(describeExplanation(explanation));
  }
  process.exitCode = exitCodeOf(results);
}

/** A picture that was refused weighs more than a file that could not be read: who sent it must hear of it. */
function exitCodeOf(results: readonly { file: string; error?: { code: string } }[]): number {
  const codes = results.flatMap(({ error }) => (error ? [error.code] : []));
  if (codes.includes("BAD_INPUT")) return REFUSED;
  return codes.length > 0 ? FAILED : 0;
}
