/**
 * One process that decodes and nothing else: `node decode.mjs FOLDER PART OF` says how many files, in how many ms, and
 * how many of processor time.
 */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeRadiograph } from "@radlite/model/input";

const [, , folder = "", part = "0", of = "1"] = process.argv;
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .filter((_, at) => at % Number(of) === Number(part))
  .map((entry) => join(entry.parentPath, entry.name));
const startMs = performance.now();
const usedBefore = process.cpuUsage();
for (const file of files) await decodeRadiograph(await readFile(file)).catch(() => undefined); // refused, as there
const used = process.cpuUsage(usedBefore);
const processorMs = (used.user + used.system) / 1000;
console.log(JSON.stringify({ files: files.length, ms: performance.now() - startMs, processorMs }));
