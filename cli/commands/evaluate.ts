/**
 * `radlite evaluate MODEL --data DIR [--as SET | --stress | --looks] [--register] [--server URL] [--scores OUT.csv]
 * [--gate FILE]`: what a sealed model does on labelled radiographs, every figure with its 95% interval. Under a name
 * the evaluation is kept: in the bundle, when the model is one, and with --register in the registry. Under --json
 * stdout is the report and nothing else.
 */
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import type { NamedGate } from "@radlite/model/verdict";
import {
  type Evaluation,
  evaluationFile,
  LOOKS,
  SET_ROLES,
  STRESS,
  writeEvaluation,
} from "@radlite/registry/bundle";
import type { Client } from "@radlite/registry/client";
import type { FolderEvaluation, GateFindings } from "@radlite/training/evaluation";
import { type Command, InvalidArgumentError, Option } from "commander";
import { prepareRecord, type SetWords } from "../evaluation-record.ts";
import { requireWritable, writeNamedFile } from "../files.ts";
import { MODEL_ARGUMENT, type NamedModel } from "../models.ts";
import { prepareRecordAt } from "../remote/evidence.ts";
import { readGateAt, readModelFor, readValidatedFor } from "../remote/models.ts";
import { openRemote, serverOption } from "../remote.ts";
import { parseSet } from "../set-option.ts";
import { note, printJson, printPage, showControls, warn } from "../show/output.ts";

interface EvaluateOptions extends SetWords {
  data: string;
  as?: string;
  stress?: boolean;
  looks?: boolean;
  register?: boolean;
  scores?: string;
  gate?: string;
  server?: string;
  json?: boolean;
}

export function addEvaluate(program: Command): void {
  program
    .command("evaluate")
    .description("measure a model on labelled radiographs")
    .argument("<model>", MODEL_ARGUMENT)
    .requiredOption("--data <dir>", "a folder with NORMAL/ and PNEUMONIA/, or with test/ that holds them")
    .addOption(
      new Option("--as <set>", "the name of this evaluation set; into a bundle it is written").argParser(
        parsePlainSet,
      ),
    )
    .addOption(
      new Option(
        "--stress",
        "judge it on the radiographs that it was validated on, each changed harmlessly in eleven ways",
      ).conflicts(["as", "scores", "gate"]),
    )
    .addOption(
      new Option(
        "--looks",
        "judge it on the radiographs that it was validated on, in the look of each group that was taken alike",
      ).conflicts(["as", "stress", "scores", "gate"]),
    )
    .option(
      "--register",
      "record the evaluation on the model's version, whose bundle is registered if need be",
    )
    .addOption(serverOption("the version, and with --register the record, there"))
    .addOption(
      new Option("--role <role>", "what part the set plays (default of a new one: EXTERNAL)")
        .choices(SET_ROLES)
        .implies({ register: true }),
    )
    .addOption(new Option("--description <text>", "what the set is").implies({ register: true }))
    .addOption(new Option("--population <text>", "whose radiographs these are").implies({ register: true }))
    .option("--scores <file>", "write the probability of each radiograph there, as CSV")
    .option(
      "--gate <file>",
      "a gate (.rlg), to say how many of the radiographs it refuses or sends to review (default: the one that stands before the model when it serves)",
    )
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(evaluate);
}

const EXAMPLES = `
Examples:
  radlite evaluate model.rlm --data chest_xray --scores scores.csv
  radlite evaluate chest-xray@3 --data chest_xray --stress --register
  radlite evaluate chest-xray@3 --data our_clinic --as our-clinic --register --population "adults, one clinic"`;

/** The registry would refuse it as well, but only once all radiographs are judged. */
function parsePlainSet(name: string): string {
  if (name !== STRESS && name !== LOOKS) return parseSet(name);
  throw new InvalidArgumentError(`${name} is made of the radiographs of validation: --${name} makes it.`);
}

async function evaluate(named: string, options: EvaluateOptions): Promise<void> {
  const { as, stress, looks, register = false, scores, json, server, ...rest } = options;
  const { role, description, population } = rest;
  const made = stress ? STRESS : looks ? LOOKS : undefined;
  const set = made ?? as;
  if (register && set === undefined) {
    throw new RadliteError("BAD_INPUT", "--register records an evaluation on a set: name it with --as SET");
  }
  const { formatReport, formatScores, reportEvaluation } = await import("@radlite/training/evaluation");
  const { loadVerdictModel } = await import("@radlite/model/verdict");
  await requireWritable(scores, [named, options.data, options.gate]);
  const remote = server === undefined ? undefined : openRemote(server);
  const model = await readModelFor(remote, named);
  const { operatingPoint } = await loadVerdictModel(model.bytes, model.name);
  const namedGate = made ? undefined : await findGate(model, options.gate, remote);
  const words = {
    ...(role !== undefined && { role }),
    ...(description !== undefined && { description }),
    ...(population !== undefined && { population }),
  };
  if (register) await checkWords(set!, words);
  const prepare = remote ? prepareRecordAt.bind(undefined, remote) : prepareRecord;
  const record = register ? await prepare(model, words) : undefined;
  const evaluated = made ? undefined : await judgeFolder(model, options);
  const evaluation = evaluated?.evaluation ?? (await judgeChanged(model, remote, options));
  if (evaluated && scores) await writeNamedFile(scores, formatScores(evaluated));
  const gate = evaluated && namedGate && (await applyGate(namedGate, evaluated));
  const report = reportEvaluation(evaluation, model.bytes.length, {
    operatingPoint,
    ...(gate && { gate }),
  });
  if (json) printJson(report);
  else printPage(formatReport(report, set === undefined ? showControls(options.data) : undefined));
  if (set !== undefined) await keepEvaluation(model, evaluation, record);
}

/** The registry would refuse them as well, but only once all radiographs are judged. */
async function checkWords(name: string, words: SetWords): Promise<void> {
  const { checkSetRecord } = await import("@radlite/registry/commands");
  const { describeNewSet, STANDARD_SETS } = await import("@radlite/registry/bundle");
  const known = STANDARD_SETS.find((set) => set.name === name) ?? { name, ...describeNewSet(name) };
  checkSetRecord({ ...known, ...words });
}

/** What looks before the model when it serves, there or here, or what was named. */
async function findGate(
  { name, version }: NamedModel,
  file: string | undefined,
  remote: Client | undefined,
): Promise<NamedGate | undefined> {
  const { openGateFile, readAnsweringModel } = await import("../answering-model.ts");
  if (!remote || !version) return (await readAnsweringModel(name, file)).gate;
  return file === undefined ? readGateAt(remote, version.model) : openGateFile(file);
}

async function judgeFolder(
  { name, bytes }: NamedModel,
  { data, as: set }: EvaluateOptions,
): Promise<FolderEvaluation> {
  const { evaluateFolder } = await import("@radlite/training/evaluation");
  const { startProgress } = await import("../progress.ts");
  const progress = startProgress("radiographs");
  const how = { name, ...(set !== undefined && { set }), onProgress: progress.update };
  const evaluated = await evaluateFolder(bytes, data, how).finally(progress.stop);
  warnOfOddities(evaluated);
  return evaluated;
}

async function applyGate({ gate, ...named }: NamedGate, { images }: FolderEvaluation): Promise<GateFindings> {
  const { applyGateToFiles } = await import("@radlite/training/evaluation");
  const { startProgress } = await import("../progress.ts");
  const progress = startProgress("pictures before the gate");
  const found = await applyGateToFiles(gate, images, progress.update).finally(progress.stop);
  return { ...named, found };
}

async function judgeChanged(
  model: NamedModel,
  remote: Client | undefined,
  { data, looks }: EvaluateOptions,
): Promise<Evaluation> {
  const { evaluateLooks, evaluateStress, findLooks, loadValidated } = await import(
    "@radlite/training/evaluation"
  );
  const { open } = await import("@radlite/model/format");
  const { startProgress } = await import("../progress.ts");
  const { bytes } = model;
  const validated = await readValidatedFor(remote, model);
  const reading = startProgress("radiographs");
  const pixels = await loadValidated(data, validated, open(bytes).network.input, {
    onProgress: reading.update,
  }).finally(reading.stop);
  const found = looks ? await findLooks(data, pixels.images) : undefined;
  const judging = startProgress(looks ? "looks" : "changes");
  const how = { onProgress: judging.update };
  const judged = found ? evaluateLooks([bytes], pixels, found, how) : evaluateStress([bytes], pixels, how);
  const [evaluation] = await judged.finally(judging.stop);
  return evaluation!;
}

/** Says on stderr where. */
async function keepEvaluation(
  { folder }: NamedModel,
  evaluation: Evaluation,
  record: Awaited<ReturnType<typeof prepareRecord>> | undefined,
): Promise<void> {
  if (folder !== undefined) {
    await writeEvaluation(folder, evaluation);
    note(`written to ${join(folder, evaluationFile(evaluation.set))}`);
  }
  if (!record) return;
  const { version, wasThere } = await record(evaluation);
  note(
    wasThere
      ? `${version} was judged on ${evaluation.set} and these images before: what is on record stays`
      : `recorded on ${version}, as ${evaluation.set}`,
  );
}

/** What the figures leave out or count twice, on stderr. */
function warnOfOddities({ unreadable, duplicates }: FolderEvaluation): void {
  for (const { file, reason } of unreadable) warn(`left out ${file}: ${reason}`);
  const count = unreadable.length === 1 ? "1 file is" : `${unreadable.length} files are`;
  if (unreadable.length > 0) warn(`${count} left out of the figures`);
  for (const files of duplicates) warn(`the same image, counted each time: ${files.join(", ")}`);
}
