/** Opening the store on files in a fresh process, up to the first page; the file system knows the files. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { median } from "../serving/measure.ts";
import type { Line } from "./command.ts";
import type { World } from "./history.ts";

const ROUNDS = 5;
const GOAL_MS = 300;
const GOAL_MEGABYTES = 400;

interface Opened {
  ms: number;
  processorMs: number;
  megabytes: number;
  newest: number;
  total: number;
}

export async function measureOpening({ folder, count }: World, program: string): Promise<Line[]> {
  const opened: Opened[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder]);
    if (round > 0) opened.push(JSON.parse(stdout) as Opened);
  }
  if (opened.some(({ newest, total }) => newest !== count || total !== count))
    throw new Error("the opened registry is not the one that was made");
  const ms = median(opened.map((one) => one.ms));
  const processorMs = median(opened.map((one) => one.processorMs));
  const megabytes = median(opened.map((one) => one.megabytes));
  return [
    {
      what: "open on files, to the first page",
      figure: `${ms.toFixed(0)} ms (processor time: ${processorMs.toFixed(0)} ms)`,
      goal: `<= ${GOAL_MS} ms`,
      isMet: ms <= GOAL_MS,
    },
    {
      what: "memory of that process at the most",
      figure: `${megabytes.toFixed(0)} MB`,
      goal: `<= ${GOAL_MEGABYTES} MB`,
      isMet: megabytes <= GOAL_MEGABYTES,
    },
  ];
}
