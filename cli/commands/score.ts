/**
 * `radlite score DIR|s3://BUCKET/PREFIX --out scores.jsonl`: the verdict on every radiograph of a folder or a prefix, on
 * all cores, one line of JSON each. The same command after a kill goes on where it was stopped. With --server the model
 * is what that server has in production, fetched once: no radiograph leaves this machine.
 */
import { availableParallelism } from "node:os";
import { RadliteError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import { type Command, InvalidArgumentError, Option } from "commander";
import { readAnsweringModel } from "../answering-model.ts";
import { openAudit } from "../audit.ts";
import { FAILED, REFUSED } from "../failure.ts";
import { MODEL_ARGUMENT } from "../models.ts";
import { openRemote, serverOption } from "../remote.ts";
import type { ScoreSettings } from "../score/score-file.ts";
import type { ScoringModel } from "../score/scorer.ts";
import type { Tally } from "../score/tally.ts";
import { formatCount, note, print, printJson } from "../show/output.ts";

interface ScoreOptions extends Pick<Asked, "onOutside" | "onReview"> {
  out?: string;
  queue?: string;
  model?: string;
  gate?: string;
  server?: string;
  workers: number;
  json?: boolean;
}

const STDOUT = "-";
const MAX_WORKERS = 256;

export function addScore(program: Command): void {
  program
    .command("score")
    .description("say the verdict on every radiograph of a folder or a prefix on S3, one line of JSON each")
    .argument("<place>", "a folder with all that is in it, or s3://BUCKET/PREFIX")
    .option("--out <file>", "where the lines go, behind those of a run that was stopped; - for stdout")
    .addOption(
      new Option(
        "--queue <url>",
        "of what lies on S3: ask the function score of a deployment, by this queue of SQS",
      ).conflicts(["out", "model", "gate", "workers", "server"]),
    )
    .option("--model <model>", `${MODEL_ARGUMENT}; default: the model in production`)
    .option(
      "--gate <file>",
      "a gate's file (.rlg) to look first; default: the model's own, where one is known",
    )
    .addOption(serverOption("judge here by what is in production there").conflicts(["model", "gate"]))
    .addOption(
      new Option("--on-outside <do>", "answer for pictures that are outside the gate too").choices([
        "answer",
      ]),
    )
    .addOption(
      new Option("--on-review <do>", "answer NORMAL or PNEUMONIA where a person should look").choices([
        "answer",
      ]),
    )
    .option(
      "--workers <n>",
      "threads; each may take 0.8 GB for the largest pictures",
      parseWorkers,
      availableParallelism(),
    )
    .option("--json", "print the summary as one JSON object")
    .addHelpText(
      "after",
      `
A line is { file, sha256, answer }, as POST /classify answers, or { file, sha256, error }; in the order of the names. Files that begin with a dot are left out.

Exit codes: 0 every file has its answer, 1 a file cannot be read, 3 a picture was refused.

Examples:
  radlite score films --out scores.jsonl
  radlite score films --out scores.jsonl --server https://HOST
  radlite score s3://bucket/films/ --out - --model chest-xray@3 | jq .answer.verdict
  radlite score s3://bucket/films/ --queue https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`,
    )
    .action(score);
}

function parseWorkers(text: string): number {
  const workers = Number(text);
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_WORKERS}.`);
}

async function score(place: string, options: ScoreOptions): Promise<void> {
  const { out, queue, model: named, gate: gateFile, server, workers, json, onOutside, onReview } = options;
  if (queue !== undefined) {
    const { askQueue } = await import("../score/ask-queue.ts");
    return askQueue(place, { queue, json, onOutside, onReview });
  }
  if (out === undefined)
    throw new RadliteError("BAD_INPUT", "--out says where the lines go: name a file, or - for stdout");
  if (json && out === STDOUT)
    throw new RadliteError("BAD_INPUT", "--json and --out - both write to stdout: name a file for the lines");
  const audit = await openAudit();
  const { openSource } = await import("../score/source.ts");
  const { filesOf, openScoreFile, writeToStdout } = await import("../score/score-file.ts");
  const source = await openSource(place);
  const model = await (server === undefined ? readScoringModel(named, gateFile) : readModelOf(server));
  const settings: ScoreSettings = {
    from: source.name,
    model: model.about.sha256,
    gate: model.gate?.sha256 ?? null,
    onOutside: onOutside ?? null,
    onReview: onReview ?? null,
  };
  const files = await source.list(out === STDOUT ? [] : filesOf(out));
  if (files.length === 0)
    throw new RadliteError("NOT_FOUND", `there is no file in ${place}: nothing can be scored`);
  const { count, startTally } = await import("../score/tally.ts");
  const tally = startTally();
  const output =
    out === STDOUT ? writeToStdout() : await openScoreFile(out, settings, (kept) => count(tally, kept));
  const { scoreAll } = await import("../score/score-all.ts");
  const data = { model, place: source.name, asked: { onOutside, onReview } };
  const { scored, seconds, processorSeconds } = await scoreAll(files, output, {
    tally,
    workers,
    data,
    audit,
  }).finally(() => output.close());
  const perSecond = scored / seconds;
  const speed = { scored, seconds, perSecond, processorSeconds, workers };
  if (json) printJson({ out, ...settings, ...withoutRefusal(tally), ...speed });
  else {
    const say = out === STDOUT ? note : print;
    const kept = tally.files - scored;
    say(describeTally(tally));
    if (kept > 0) say(`${formatCount(kept)} of them were there already`);
    say(
      `${formatCount(scored)} scored in ${seconds.toFixed(1)} s, ${perSecond.toFixed(1)} a second, by ${workers} threads`,
    );
  }
  if (tally.isRefused) process.exitCode = REFUSED;
  else if (Object.keys(tally.failed).length > 0) process.exitCode = FAILED;
}

/** What every thread answers with. */
async function readScoringModel(
  named: string | undefined,
  gateFile: string | undefined,
): Promise<ScoringModel> {
  const { bytes, version, gate, population, performance } = await readAnsweringModel(named, gateFile);
  return {
    artifact: bytes,
    title: named,
    gate,
    about: {
      ...(version && { name: version.model, version: version.number }),
      sha256: digestOf(bytes),
      bytes: bytes.length,
      degraded: false,
      ...(gate && { gate: { sha256: gate.sha256, bytes: gate.bytes } }),
      ...(population !== undefined && { population }),
      ...(performance && { performance }),
    },
  };
}

/** The same of what a server has in production, as its own answers say it. */
async function readModelOf(server: string): Promise<ScoringModel> {
  const { readProductionAt } = await import("../remote/models.ts");
  const { production, bytes, gate } = await readProductionAt(openRemote(server));
  const { name, version, sha256, degraded, population, performance } = production;
  return {
    artifact: bytes,
    title: `${name}@${version}`,
    gate,
    about: {
      ...{ name, version, sha256, bytes: bytes.length, degraded },
      ...(gate && { gate: { sha256: gate.sha256, bytes: gate.bytes } }),
      ...(population !== undefined && { population }),
      ...(performance && { performance }),
    },
  };
}

const withoutRefusal = ({ isRefused: _, ...counts }: Tally) => counts;

function describeTally({ files, answered, failed }: Tally): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, times]) => `${formatCount(times)} ${name}`)
      .join(", ");
  const failures = Object.values(failed).reduce((sum, times) => sum + times, 0);
  const refused = failures > 0 ? `; ${formatCount(failures)} without an answer: ${list(failed)}` : "";
  return `${formatCount(files)} files: ${list(answered)}${refused}`;
}
