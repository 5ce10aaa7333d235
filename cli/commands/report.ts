/**
 * `radlite report FILE.dcm --out DIR`: the verdict on a DICOM film as two DICOM files of the same patient and study, a
 * structured report and a secondary capture, for an archive to keep beside the film.
 */
import { randomBytes } from "node:crypto";
import { basename, join } from "node:path";
import type { Judgement } from "@radlite/model/report";
import type { Asked, Decision, VerdictModel } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import { type Command, Option } from "commander";
import { type AnsweringModel, readAnsweringModel } from "../answering-model.ts";
import { openAudit } from "../audit.ts";
import { exitCodeOfPicture, showFailure } from "../failure.ts";
import { makeNamedFolder, readNamedRadiograph, writeNamedFile } from "../files.ts";
import { MODEL_ARGUMENT } from "../models.ts";
import { formatCount, print, printJson } from "../show/output.ts";

interface ReportOptions extends Pick<Asked, "onOutside"> {
  out: string;
  model?: string;
  gate?: string;
  json?: boolean;
}

export function addReport(program: Command): void {
  program
    .command("report")
    .description("write the verdict on a DICOM film as DICOM: a structured report and a secondary capture")
    .argument("<file>", "a DICOM film of a chest")
    .requiredOption("--out <dir>", "folder for NAME.report.dcm and NAME.capture.dcm; made if it is not there")
    .option("--model <model>", `${MODEL_ARGUMENT}; default: the model in production`)
    .option(
      "--gate <file>",
      "a gate's file (.rlg) to look first; default: the model's own, where one is known",
    )
    .addOption(
      new Option(
        "--on-outside <do>",
        "answer for a film that is outside the gate too, for a person to look at",
      ).choices(["answer"]),
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
A film that is refused, outside the gate or for what its header says, has no report. Both files bear name, number, birth date and sex of the patient and the study of the film, and nothing else of its header.

Exit codes: 0 both are written, 1 the film cannot be read, 3 it was refused.

Example:
  radlite report film.dcm --out reports`,
    )
    .action(report);
}

async function report(file: string, options: ReportOptions): Promise<void> {
  const { out, model: named, gate: gateFile, onOutside, json } = options;
  const audit = await openAudit();
  const film = await readNamedRadiograph(file);
  const { bytes, version, gate, population } = await readAnsweringModel(named, gateFile);
  const { loadVerdictModel, describeReview, NOTICE } = await import("@radlite/model/verdict");
  const model = await loadVerdictModel(bytes, named);
  const about = {
    name: version?.model ?? basename(named!),
    ...(version && { version: version.number }),
    sha256: digestOf(bytes),
  };
  const judged = await judgeFilm(film, { model, gate, population, about, onOutside }).catch((error) => {
    showFailure(error);
    process.exitCode = exitCodeOfPicture(error);
  });
  if (!judged) return;
  const { decision, report, capture } = judged;
  const name = basename(file).replace(/\.(dcm|dicom)$/i, "");
  const written = [
    { path: join(out, `${name}.report.dcm`), content: report },
    { path: join(out, `${name}.capture.dcm`), content: capture },
  ];
  await makeNamedFolder(out);
  for (const { path, content } of written) await writeNamedFile(path, content);
  await audit?.record([{ ...judged.decision, model: about, input: { sha256: digestOf(film) } }]);
  if (json) {
    const { verdict, probability, review, applicability } = decision;
    printJson({
      ...{ file, verdict, probability, review, applicability, model: about },
      written: written.map(({ path, content }) => ({
        path,
        bytes: content.length,
        sha256: digestOf(content),
      })),
      notice: NOTICE,
    });
    return;
  }
  print(`${file}: ${decision.verdict}, probability of pneumonia ${decision.probability.toFixed(3)}`);
  if (decision.review.length > 0) print(describeReview(decision));
  for (const { path, content } of written) print(`${path}: ${formatCount(content.length)} bytes`);
  print(NOTICE);
}

interface Judge extends Pick<AnsweringModel, "gate" | "population">, Pick<Asked, "onOutside"> {
  model: VerdictModel;
  about: Judgement["model"];
}

/** @throws BAD_INPUT for what is no film, or one that is refused. */
async function judgeFilm(
  film: Uint8Array,
  { model, gate, population, about, onOutside }: Judge,
): Promise<{ decision: Decision; report: Uint8Array; capture: Uint8Array }> {
  const { prepareInput } = await import("@radlite/model/input");
  const { bandsOver, boxUpperPart, judgePicture, lookOf } = await import("@radlite/model/verdict");
  const { CAPTURED_SIDE, readSource, writeCapture, writeStructuredReport } = await import(
    "@radlite/model/report"
  );
  const source = await readSource(film);
  const { view, ...prepared } = await prepareInput(film, model.input, lookOf(gate), CAPTURED_SIDE);
  const asked: Asked = { onOutside, ...(model.head && { explain: "true" }) };
  const { map, ...decision } = await judgePicture({ model, gate }, prepared, asked);
  const bands = map && bandsOver(model, map, { ...prepared, view: view! });
  const judgement = {
    ...{ decision, population, model: about },
    box: map && boxUpperPart(map, prepared.region),
  };
  const circumstances = { now: new Date(), randomBytes };
  return {
    decision,
    report: writeStructuredReport(source, judgement, circumstances),
    capture: writeCapture(source, judgement, { view: view!, bands }, circumstances),
  };
}
