/**
 * The first answer of a cold classify function on S3: the requests that it takes on logs of several lengths, and the
 * processor time of its process, beside another checkout's by turns. The registry is the one that ships; the server is
 * the tests' own (moto), so the clock says nothing here, and processor time does.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { seedRegistry } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { memoryStore, type ObjectStore, openStore } from "@radlite/registry/store";
import { httpEvent } from "../../test/functions/events.ts";
import { BUCKET, startS3Server } from "../../test/registry/s3-server.ts";
import { plainly } from "../plainly.ts";
import { compareMedians } from "../serving/measure.ts";
import { number, printTable, printTitle, printVerdicts } from "../serving/report.ts";
import { countRequests } from "./counting.ts";
import { askCold, layOut, PROGRAM } from "./function.ts";

export const main = plainly(measure);

const RADIOGRAPH = "test/fixtures/radiographs/IM-0115-0001.jpeg";
const SHIPPED = "registry/shipped";
const REQUESTS_TARGET = 8;
const CPU_TARGET = 0.8; // times the other checkout

async function measure({ against, rounds }: { against?: string; rounds: number }): Promise<void> {
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model.trim()}, load ${loadavg()[0]!.toFixed(1)}; ${RADIOGRAPH}`,
  );
  if (against !== undefined && !existsSync(join(against, PROGRAM))) {
    throw new RadliteError(
      "NOT_FOUND",
      `${against} has no ${PROGRAM}: name a checkout that is built (npm ci, node scripts/build.mjs)`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "radlite-cold-"));
  const s3 = await startS3Server();
  const proxy = await countRequests(s3.endpoint);
  try {
    Object.assign(process.env, s3.environment);
    const place = `s3://${BUCKET}/cold`;
    const commits = await fill(place);
    const asked = {
      folder,
      event: httpEvent({
        path: "/classify",
        body: readFileSync(RADIOGRAPH),
        headers: { "content-type": "image/jpeg" },
      }),
      environment: { ...s3.environment, RADLITE_STORE: place, RADLITE_S3_ENDPOINT: proxy.endpoint },
    };
    const programs: Record<string, string> = { "this checkout": await layOut(".", join(folder, "this")) };
    if (against) programs[against] = await layOut(against, join(folder, "other"));

    printTitle(`Requests to S3 before the first answer, on a log of ${commits} commits`);
    for (const [name, program] of Object.entries(programs)) {
      proxy.requests.length = 0;
      const { statusCode } = await askCold(program, asked);
      if (statusCode !== 200) throw new Error(`${name} answered ${statusCode}`);
      const isOurs = name === "this checkout";
      printTable([[name, String(proxy.requests.length)]]);
      if (!isOurs) continue;
      const figure = `${proxy.requests.length} requests`;
      printVerdicts([
        { figure, target: `<= ${REQUESTS_TARGET}`, isMet: proxy.requests.length <= REQUESTS_TARGET },
      ]);
    }

    printTitle(`Processor ms of a process from its start to its first answer, medians of ${rounds} by turns`);
    const sample = (program: string) => async () => (await askCold(program, asked)).cpuMs;
    const costs = await compareMedians(
      Object.fromEntries(Object.entries(programs).map(([name, program]) => [name, sample(program)])),
      { rounds },
    );
    printTable([["", "ms"], ...Object.entries(costs).map(([name, ms]) => [name, number(ms)])]);
    if (!against) return;
    const ratio = costs["this checkout"]! / costs[against]!;
    const figure = `${number(ratio, 2)}x ${against}`;
    printVerdicts([{ figure, target: `<= ${CPU_TARGET}`, isMet: ratio <= CPU_TARGET }]);
  } finally {
    proxy.stop();
    await s3.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The registry that ships, object by object. @returns the length of its log */
async function fill(place: string): Promise<number> {
  const made = memoryStore();
  const registry = await openRegistry({ store: made, logger: { info: () => {}, warn: () => {} } });
  await seedRegistry(registry, SHIPPED);
  await copy(made, await openStore(place));
  return registry.state.logNumber;
}

async function copy(from: ObjectStore, to: ObjectStore): Promise<void> {
  for await (const key of from.list("")) {
    const found = await from.get(key);
    await to.create(key, found!.bytes);
  }
}
