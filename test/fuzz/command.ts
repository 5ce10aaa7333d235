/**
 * `npm run fuzz`: mutated files through the reader of artifacts, the decoder of radiographs and the engine's
 * planner, the reader of DICOM and that of gates, each in a process of its own. The same seed gives the same inputs.
 * Ends with 0 when every law was kept, 1 when not, 2 for wrong use.
 */

import { join, relative } from "node:path";
import { startProgress } from "@radlite/cli/progress";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type Campaign, replay, runCampaign, type Workplace } from "./campaign.ts";
import { measureBranches } from "./coverage.ts";
import * as readers from "./readers.ts";
import { describeBranches, describeCampaign, describeFailure, isKept } from "./report.ts";
import { TARGETS, type TargetName } from "./target.ts";
import { createTarget } from "./targets.ts";

const WRONG_USE = 2;

interface Options {
  target?: TargetName;
  count: number;
  seed: number;
  seconds?: number;
  replay?: string;
}

/** @param bundles folder with worker.mjs and readers.mjs, to which runs add what they leave behind. */
export async function fuzz(args: string[], root: string, bundles: string): Promise<number> {
  const workplace: Workplace = {
    worker: join(bundles, "worker.mjs"),
    readers: join(bundles, "readers.mjs"),
    scratch: bundles,
    keep: relative(process.cwd(), join(root, ".cache", "fuzz")),
  };
  const command = createCommand();
  try {
    command.parse(args, { from: "user" });
    const options = command.opts<Options>();
    if (options.replay === undefined) return (await fuzzTargets(workplace, options, root)) ? 0 : 1;
    if (options.target === undefined)
      command.error("error: --replay needs the --target to send the file down");
    else return (await tellReplay(workplace, options.target, options.replay)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : WRONG_USE;
  }
  return WRONG_USE;
}

function createCommand(): Command {
  return new Command("npm run fuzz --")
    .description(
      "Mutated artifacts and radiographs through the code that reads them, a target after the other.",
    )
    .exitOverride()
    .addOption(new Option("--target <name>", "one target only").choices(TARGETS))
    .option("--count <inputs>", "inputs in all", parseWhole, 100_000)
    .option("--seed <number>", "inputs follow from it", parseWhole, 1)
    .option("--seconds <seconds>", "stop after so many, whatever the count", parseWhole)
    .option("--replay <file>", "send a kept input down the target again");
}

/** Whether every law was kept. */
async function fuzzTargets(workplace: Workplace, options: Options, root: string): Promise<boolean> {
  const { seed, count, seconds } = options;
  const targets = options.target === undefined ? TARGETS : [options.target];
  console.log(`seed ${seed}, ${count} inputs, one process at a time`);
  const campaigns: Campaign[] = [];
  for (const [i, target] of targets.entries()) {
    const share = Math.floor(count / targets.length) + (i < count % targets.length ? 1 : 0);
    const progress = startProgress(`${target} inputs`);
    const campaign = await runCampaign(workplace, {
      target,
      seed,
      count: share,
      ...(seconds === undefined ? {} : { untilMs: Date.now() + (1000 * seconds) / targets.length }),
      inputOf: async (index) => (await createTarget(target, readers)).generate(seed, index),
      onProgress: (done) => progress.update(done, share),
    });
    progress.stop();
    campaigns.push(campaign);
    console.log(describeCampaign(campaign));
    for (const failure of campaign.failures) console.log(describeFailure(failure, target));
  }
  const branches = await measureBranches(
    workplace.readers,
    campaigns.flatMap(({ coverageFiles }) => coverageFiles),
    root,
  );
  console.log(describeBranches(branches));
  const failures = campaigns.reduce((sum, campaign) => sum + campaign.failures.length, 0);
  console.log(`${failures} of ${campaigns.reduce((sum, { inputs }) => sum + inputs, 0)} inputs failed`);
  return isKept(campaigns);
}

/** Whether the file keeps the laws. */
async function tellReplay(workplace: Workplace, target: TargetName, file: string): Promise<boolean> {
  const breach = await replay(workplace, target, file);
  console.log(
    breach === undefined
      ? `${file}: ${target} keeps every law`
      : `${file}: ${breach.kind}\n${breach.message}`,
  );
  return breach === undefined;
}

function parseWhole(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError(`expected a whole number from 1 on, got "${text}"`);
}
