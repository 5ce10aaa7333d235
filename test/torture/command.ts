/**
 * `npm run torture`: writers on one store through everything that can go wrong, and a count of what came of it. The
 * last line on stdout is JSON: { acknowledged, lost, torn, doubled }. Ends with 0 when the last three are 0, with 1 when
 * one is not or something else was not as it must be, with 2 for wrong use.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { startProgress } from "@radlite/cli/progress";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { STORES, type StoreName } from "./places.ts";
import { MOST_REQUESTS, MOST_WRITERS } from "./requests.ts";
import { torture as run } from "./torture.ts";

const WRONG_USE = 2;
const CLOCK_TICKS_PER_S = 100; // USER_HZ of Linux
const SHOWN = 20;

interface Options {
  store: StoreName;
  commits: number;
  writers: number;
  kills: number;
  seed: number;
}

export async function torture(
  args: string[],
  { folder, programs }: { folder: string; programs: string },
): Promise<number> {
  const command = createCommand();
  try {
    command.parse(args, { from: "user" });
    const options = command.opts<Options>();
    const problem = findProblem(options);
    if (problem !== undefined) command.error(`error: ${problem}`);
    return await report(options, folder, programs);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : WRONG_USE;
  }
}

function createCommand(): Command {
  return new Command("npm run torture --")
    .description(
      [
        "Writers on one registry, in processes that are killed, stopped and started again, each noting on disk what it",
        "was told. Then a reader of its own counts what was lost, torn or done twice. S3 is a test server behind a proxy",
        "that loses answers, answers 500, cuts, delays, and writes late.",
      ].join("\n"),
    )
    .exitOverride()
    .addOption(new Option("--store <kind>", "where the registry lies").choices(STORES).default("file"))
    .option("--commits <number>", "answers that the writers are to have in all", parseWhole, 1_500)
    .option("--writers <number>", "writers, seven to a process at most", parseWhole, 20)
    .option("--kills <number>", "processes killed (-9), and as many stopped for a while", parseCount, 15)
    .option("--seed <number>", "requests, kills and faults follow from it", parseWhole, 1);
}

function findProblem({ commits, writers, kills }: Options): string | undefined {
  if (writers > MOST_WRITERS) return `--writers is ${writers}, expected at most ${MOST_WRITERS}`;
  if (commits < writers)
    return `--commits is ${commits}, expected at least one for each of ${writers} --writers`;
  if (commits > writers * MOST_REQUESTS)
    return `--commits is ${commits}, expected at most ${MOST_REQUESTS} for each of ${writers} --writers`;
  if (kills * 2 > commits) return `--kills is ${kills}, expected at most half of ${commits} --commits`;
  return undefined;
}

async function report(options: Options, folder: string, programs: string): Promise<number> {
  const { store, ...plan } = options;
  const startedMs = Date.now();
  const progress = startProgress("commits acknowledged");
  try {
    const { campaign, verdict, refused, description, counts } = await run({
      ...{ store, plan, folder, programs },
      onProgress: (answered) => progress.update(answered, plan.commits),
    });
    progress.stop();
    for (const line of description) console.log(line);
    console.log(
      `${Math.round((Date.now() - startedMs) / 1_000)} s, ${processorSeconds()} s of processor time`,
    );
    const findings = [...verdict.findings, ...refused.findings];
    for (const finding of findings.slice(0, SHOWN)) console.error(finding);
    if (findings.length > SHOWN) console.error(`and ${findings.length - SHOWN} more`);
    const isAll = campaign.kills === plan.kills;
    if (!isAll)
      console.error(`only ${campaign.kills} of ${plan.kills} processes could be killed: take more --commits`);
    const isRight = findings.length === 0 && isAll;
    if (!isRight) console.error(`kept: ${relative(process.cwd(), folder)}`);
    console.log(JSON.stringify(counts));
    return isRight ? 0 : 1;
  } finally {
    progress.stop();
  }
}

/** Of this process and of those that it waited for. */
function processorSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]!.split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0); // utime, stime, cutime, cstime
  return Math.round(ticks / CLOCK_TICKS_PER_S);
}

function parseWhole(text: string): number {
  return parseNumber(text, 1);
}

function parseCount(text: string): number {
  return parseNumber(text, 0);
}

function parseNumber(text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new InvalidArgumentError(`expected a whole number from ${least} on, got "${text}"`);
}
