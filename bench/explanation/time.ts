/**
 * What an explanation adds to a request over HTTP: the functions as `npm start` runs them, over a registry of their own,
 * asked by turns with it and without.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promote, registerBundle } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { build, isBuilt } from "../../scripts/build.mjs";
import { startServer } from "../../scripts/server.mjs";
import { compareMedians, median } from "../serving/measure.ts";
import { number, printTable, printTitle, printVerdicts } from "../serving/report.ts";

const PORT = 3917;
const HEALTHY_WITHIN_MS = 60_000;
const ROUNDS = 31;
/** Requests that make one sample. */
const TIMES = 3;
const TARGET = 1.3; // times a request without
const ACTOR = { name: "bench", role: "approver" } as const;

/** @param files radiographs, JPEG, by name */
export async function measureTime(bundle: string, files: Record<string, Buffer>): Promise<void> {
  if (!isBuilt()) await build();
  const folder = mkdtempSync(join(tmpdir(), "radlite-bench-"));
  const env = { RADLITE_STORE: `file:${join(folder, "store")}` };
  const registry = await openRegistry({ store: await openStore(env.RADLITE_STORE, { environment: env }) });
  const { id } = await registerBundle(registry, bundle, { actor: ACTOR });
  await promote(registry, { version: id, reason: "to be measured", force: true, actor: ACTOR });
  const server = startServer({ port: PORT, env, logFile: join(folder, "server.log") });
  try {
    await server.healthy(HEALTHY_WITHIN_MS);
    await compareRequests(`${server.url}/classify`, server.pid!, files);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function compareRequests(url: string, pid: number, files: Record<string, Buffer>): Promise<void> {
  printTitle(
    `A request over HTTP, medians of ${ROUNDS} rounds by turns: the server's processor ms, and ms on the clock`,
  );
  const rows = [["", "without", "with", "more", "clock, without", "with", "answer, kB"]];
  const verdicts = [];
  for (const [name, bytes] of Object.entries(files)) {
    const clock = { "": [] as number[], "?explain=true": [] as number[] };
    let answerBytes = 0;
    const ask = async (query: keyof typeof clock): Promise<number> => {
      const [beforeMs, beforeCpuMs] = [performance.now(), readProcessorMs(pid)];
      for (let i = 0; i < TIMES; i++) {
        const response = await fetch(url + query, {
          method: "POST",
          headers: { "content-type": "image/jpeg" },
          body: new Uint8Array(bytes),
        });
        const body = await response.text();
        if (!response.ok) throw new Error(`${url}${query}: ${body}`);
        answerBytes = body.length;
      }
      clock[query].push((performance.now() - beforeMs) / TIMES);
      return (readProcessorMs(pid) - beforeCpuMs) / TIMES;
    };
    const ms = await compareMedians(
      { without: () => ask(""), with: () => ask("?explain=true") },
      { rounds: ROUNDS },
    );
    const more = ms.with / ms.without;
    rows.push([
      ...[name, number(ms.without), number(ms.with), `${number(100 * (more - 1), 0)}%`],
      ...Object.values(clock).map((samples) => number(median(samples))),
      number(answerBytes / 1000, 0),
    ]);
    verdicts.push({
      figure: `${name}: ${number(more, 2)} times`,
      target: `<= ${TARGET}`,
      isMet: more <= TARGET,
    });
  }
  printTable(rows);
  printVerdicts(verdicts);
}

/** Of all threads of a process, which on Linux count nanoseconds: fit for a machine that does other things too. */
function readProcessorMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one) / 1e6;
}
