/**
 * The whole bench of training: images a second of a step, beside Keras on the same TensorFlow version, the same
 * networks and batches, by turns; then how long a step waits for its batch.
 */
import { cpus, loadavg } from "node:os";
import { plainly } from "../plainly.ts";
import { median } from "../serving/measure.ts";
import { number, printTable, printTitle, printVerdicts, type Verdict } from "../serving/report.ts";
import { type Contestant, type StepTime, startContestant } from "./contestant.ts";
import { type BenchNetwork, NETWORKS } from "./networks.ts";
import { measureWaiting } from "./waiting.ts";

export const main = plainly(measure);

export interface BenchOptions {
  programs: string;
  /** A Python with Keras; see start.mjs. */
  python: string;
  rounds: number;
}

const WARM_UP_STEPS = 3;
const ROUND_MS = 2_000;

async function measure({ programs, python, rounds }: BenchOptions): Promise<void> {
  const [load] = loadavg();
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model.trim()}, load ${number(load!)}${load! > 0.5 ? " (busy: processor times are stretched)" : ""}`,
  );
  const contestants: Contestant[] = [];
  try {
    contestants.push(await startContestant([process.execPath, `${programs}/radlite.mjs`], { threads: 1 }));
    contestants.push(await startContestant([python, "bench/training/keras-step.py"], { threads: 1 }));
    const [ours, keras] = contestants as [Contestant, Contestant];
    printTitle(
      `Training step, one thread: images a second of processor time, median of ${rounds} rounds by turns`,
    );
    console.log(`  Radlite on ${ours.version}; ${keras.version}`);
    const verdicts: Verdict[] = [];
    const rows = [["", "numbers", "Radlite", "Keras", "ratio"]];
    for (const network of NETWORKS) {
      const { parameters, speeds } = await compare(network, [ours, keras], rounds);
      const ratio = speeds[0]! / speeds[1]!;
      rows.push([
        network.title,
        String(parameters),
        ...speeds.map((speed) => number(speed, 0)),
        number(ratio, 2),
      ]);
      verdicts.push({
        figure: `${network.title}: ${number(ratio, 2)} times Keras`,
        target: "at least 1",
        isMet: ratio >= 1,
      });
    }
    printTable(rows);
    printVerdicts(verdicts);
  } finally {
    for (const contestant of contestants) contestant.stop();
  }
  await reportWaiting();
}

async function compare(
  network: BenchNetwork,
  contestants: readonly Contestant[],
  rounds: number,
): Promise<{ parameters: number; speeds: number[] }> {
  const counts: number[] = [];
  const times: StepTime[][] = contestants.map(() => []);
  for (const contestant of contestants) counts.push(await contestant.load(network));
  if (new Set(counts).size > 1)
    throw new Error(`${network.title}: unequal networks of ${counts.join(" and ")} numbers`);
  const steps: number[] = [];
  for (const contestant of contestants) {
    await contestant.run(WARM_UP_STEPS);
    steps.push(Math.max(2, Math.round(ROUND_MS / (await contestant.run(2)).cpuMs)));
  }
  for (let round = 0; round < rounds; round++) {
    for (const [at, contestant] of contestants.entries()) times[at]!.push(await contestant.run(steps[at]!));
  }
  const speeds = times.map((all) => (1000 * network.batch) / median(all.map(({ cpuMs }) => cpuMs)));
  return { parameters: counts[0]!, speeds };
}

async function reportWaiting(): Promise<void> {
  printTitle("Waiting for batches: augmented on the other core while the network trains");
  const rows = [["", "step, ms", "of it waiting", "a batch made, ms"]];
  const verdicts: Verdict[] = [];
  for (const network of NETWORKS) {
    const { stepMs, waitMs, makeMs } = await measureWaiting(network);
    rows.push([network.title, number(stepMs), number(waitMs, 2), number(makeMs)]);
    verdicts.push({
      figure: `${network.title}: ${number((100 * waitMs) / stepMs)}% of a step`,
      target: "below 2%",
      isMet: waitMs / stepMs < 0.02,
    });
  }
  printTable(rows);
  printVerdicts(verdicts);
}
