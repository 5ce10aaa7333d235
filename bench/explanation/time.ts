/**
 * What an explanation adds to a request over HTTP: the functions as `npm start` runs them, over a registry of their own,
 * asked by turns with it and without. Milliseconds on the clock, from the request to the last byte of the answer.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promote, registerBundle } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { build, isBuilt } from "../../scripts/build.mjs";
import { startServer } from "../../scripts/server.mjs";
import { compareMedians } from "../serving/measure.ts";
import { number, printTable, printTitle, printVerdicts } from "../serving/report.ts";

const PORT = 3917;
const HEALTHY_WITHIN_MS = 60_000;
const ROUNDS = 41;
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
    await compareRequests(`${server.url}/classify`, files);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function compareRequests(url: string, files: Record<string, Buffer>): Promise<void> {
  printTitle(`A request over HTTP: ms, medians of ${ROUNDS} rounds by turns`);
  const rows = [["", "without", "with", "more", "answer, kB"]];
  const verdicts = [];
  for (const [name, bytes] of Object.entries(files)) {
    let answerBytes = 0;
    const ask = async (address: string): Promise<number> => {
      const before = performance.now();
      for (let i = 0; i < TIMES; i++) {
        const response = await fetch(address, {
          method: "POST",
          headers: { "content-type": "image/jpeg" },
          body: new Uint8Array(bytes),
        });
        const body = await response.text();
        if (!response.ok) throw new Error(`${address}: ${body}`);
        answerBytes = body.length;
      }
      return (performance.now() - before) / TIMES;
    };
    const ms = await compareMedians(
      { without: () => ask(url), with: () => ask(`${url}?explain=true`) },
      { rounds: ROUNDS },
    );
    const more = ms.with / ms.without;
    rows.push([
      ...[name, number(ms.without), number(ms.with), `${number(100 * (more - 1), 0)}%`],
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
