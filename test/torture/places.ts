/** Where a campaign writes: a folder, or the S3 test server behind a proxy that fails. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BUCKET, startS3Server } from "../registry/s3-server.ts";
import { countFaults, type Verdict } from "./count.ts";
import { readJournals } from "./journal.ts";
import { type Objects, objectsOfBucket, objectsOfFolder } from "./objects.ts";
import { FAULTS, startProxy } from "./proxy.ts";
import { readStore } from "./reading.ts";
import { createTheModel, type Refusing, runRefusing } from "./refusing.ts";
import { chooseWay, confine, type Way } from "./small-disk.ts";

export const STORES = ["file", "s3"] as const;

export type StoreName = (typeof STORES)[number];

export type RefusedVerdict = Verdict & Refusing;

export interface Place {
  address: string;
  environment: Readonly<Record<string, string>>;
  /** As they lie there, without what the writers go through. */
  objects: Objects;
  /** Resolves once nothing is under way any more. */
  settle(): Promise<void>;
  /** A sentence on what went wrong on the way; undefined where nothing was made to. */
  describeFaults(): string | undefined;
  /** Other writers on another store of the kind, which takes no more for a while. */
  refuse(journals: string, seed: number): Promise<RefusedVerdict>;
  /** How `refuse` is done here, as the end of a sentence. */
  wayOfRefusing: string;
  stop(): Promise<void>;
}

export interface PlaceOptions {
  folder: string;
  /** Where the bundles lie. */
  programs: string;
  seed: number;
  /** Of a full and of a read-only disk; the best that this user may when left out. */
  way?: Way;
}

export const openPlace = (name: StoreName, options: PlaceOptions): Promise<Place> =>
  name === "file" ? openFolder(options) : openBucket(options);

async function openFolder({ folder, programs, way: wanted }: PlaceOptions): Promise<Place> {
  const [store, disk] = [join(folder, "store"), join(folder, "disk")];
  await mkdir(disk, { recursive: true });
  const way = wanted ?? chooseWay(disk);
  const address = `file:${store}`;
  await createTheModel(address, {});
  return {
    ...{ address, environment: {}, objects: objectsOfFolder(store) },
    settle: async () => undefined,
    describeFaults: () => undefined,
    wayOfRefusing:
      way === "mount"
        ? "on a full and on a read-only file system of their own"
        : "under a limit on the size of files and in folders that may not be written (mounting is not allowed here)",
    async refuse(journals, seed) {
      await mkdir(journals, { recursive: true });
      const program = join(programs, "refused-process.mjs");
      const [command = "", ...args] = confine(way, disk, [
        ...[process.execPath, program, way, disk, journals, String(seed)],
      ]);
      const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 1 << 26 });
      return JSON.parse(stdout) as RefusedVerdict;
    },
    stop: async () => undefined,
  };
}

async function openBucket({ seed }: PlaceOptions): Promise<Place> {
  const server = await startS3Server();
  const kill = () => void server.stop(); // at once, though it waits for the end
  process.once("exit", kill);
  const proxy = await startProxy(server.endpoint, seed);
  const through = { ...server.environment, RADLITE_S3_ENDPOINT: proxy.endpoint };
  const addressOf = (prefix: string) => `s3://${BUCKET}/${prefix}`;
  const objectsOf = (prefix: string) => objectsOfBucket(server.endpoint, BUCKET, `${prefix}/`);
  Object.assign(process.env, server.environment); // the SDK's credentials
  await createTheModel(addressOf("torture"), server.environment);
  return {
    ...{ address: addressOf("torture"), environment: through, objects: objectsOf("torture") },
    settle: () => proxy.settle(),
    describeFaults() {
      const counts = FAULTS.map((fault) => `${fault} ${proxy.faults[fault]}`).join(", ");
      const { taken, overtaken } = proxy.late;
      return `${proxy.requests()} requests; ${counts}; of the late writes ${overtaken} after others had written, ${taken} taken`;
    },
    wayOfRefusing: "with credentials that may not write for a while (403)",
    async refuse(journals, refusedSeed) {
      await mkdir(journals, { recursive: true });
      const address = addressOf("refused");
      await createTheModel(address, server.environment);
      const spell = {
        ...({ name: "read-only", code: "REFUSED", message: /does not allow it|is read-only/ } as const),
        begin: async () => proxy.forbidWrites(true),
        end: async () => proxy.forbidWrites(false),
      };
      const options = { address, environment: through, journals, seed: refusedSeed, spells: [spell] };
      const refusing = await runRefusing(options);
      const verdict = countFaults(await readStore(objectsOf("refused")), await readJournals(journals));
      return { ...verdict, ...refusing, findings: [...verdict.findings, ...refusing.findings] };
    },
    async stop() {
      process.off("exit", kill);
      await proxy.stop();
      await server.stop();
    },
  };
}
