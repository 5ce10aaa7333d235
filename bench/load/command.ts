/**
 * `npm run bench:load`: the local server as `npm start` starts it, asking for credentials, under requests with tokens of
 * a real issuer while versions are promoted; then with promotions one after the other; then many uploads of one file at
 * once. Ends with 0 when nothing failed, with 1 when something did, with 2 for wrong use.
 */
import { cpus, loadavg } from "node:os";
import { startProgress } from "@radlite/cli/progress";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { type Load, loadWithRequests } from "./requests.ts";
import { startLoadedServer } from "./server.ts";
import { raceUploads } from "./uploads.ts";

const WRONG_USE = 2;
/** Between two promotions of the first part; a server looks for them every two seconds. */
const PROMOTED_EVERY_MS = 5_000;
const SHOWN_FAILURES = 5;

interface Options {
  requests: number;
  concurrency: number;
  swaps: number;
  uploads: number;
}

export async function load(args: string[]): Promise<number> {
  const command = createCommand();
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : WRONG_USE;
  }
  return (await measure(command.opts<Options>())) ? 0 : 1;
}

function createCommand(): Command {
  return new Command("npm run bench:load --")
    .description(
      [
        "Starts the local server as npm start does, on a registry of its own that is seeded with the shipped models,",
        "under RADLITE_AUTH=required with an issuer of tokens beside it, and asks for verdicts over HTTP.",
      ].join("\n"),
    )
    .exitOverride()
    .option(
      "--requests <number>",
      "for verdicts, while a version is promoted every five seconds",
      parseWhole,
      10_000,
    )
    .option(
      "--concurrency <number>",
      "requests under way at a time, each caller with a token",
      parseWhole,
      32,
    )
    .option("--swaps <number>", "requests while one promotion follows the other", parseWhole, 2_000)
    .option("--uploads <number>", "of one artifact, at once", parseWhole, 100);
}

function parseWhole(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number above 0 was expected.");
}

/** @returns whether nothing failed. */
async function measure({ requests, concurrency, swaps, uploads }: Options): Promise<boolean> {
  const [busy] = loadavg();
  console.log(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}, load ${busy!.toFixed(1)}`,
  );
  const server = await startLoadedServer();
  try {
    const progress = startProgress("verdicts");
    const onDone = (done: number, total: number) => progress.update(done, total);
    const steady = await loadWithRequests(server, {
      requests,
      concurrency,
      pauseMs: PROMOTED_EVERY_MS,
      onDone,
    });
    const swapped = await loadWithRequests(server, { requests: swaps, concurrency, pauseMs: 0, onDone });
    progress.stop();
    const race = await raceUploads(server, uploads);

    console.log(describe(steady, concurrency));
    console.log(describe(swapped, concurrency));
    console.log(
      `${uploads} uploads of one artifact at once: ${race.taken} answered as taken, ${race.objects} object in the store`,
    );
    return (
      [steady, swapped].every(({ failures }) => failures.length === 0) &&
      race.taken === uploads &&
      race.objects === 1
    );
  } finally {
    await server.stop();
  }
}

function describe(
  { requests, promotions, swapsSeen, failures, p50Ms, p99Ms, seconds }: Load,
  concurrency: number,
) {
  const lines = [
    `${requests} verdicts, ${concurrency} at a time, ${promotions} promotions of which ${swapsSeen} were seen: ${failures.length} failed; p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, ${(requests / seconds).toFixed(0)} a second`,
    ...failures.slice(0, SHOWN_FAILURES).map((failure) => `  ${failure}`),
  ];
  return lines.join("\n");
}
