/**
 * File to tensor with sharp and with the decoders of the browser, which give the same pixels: cold, warm, and what
 * each weighs in the zip of a function; and what the gate adds. docs/adr/0502-decode-path.md draws the conclusion.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { readNamedRadiograph } from "@radlite/cli/files";
import { decodeRadiograph, type prepareInput } from "@radlite/model/input";
import sharp from "sharp";
import { plainly } from "../plainly.ts";
import { compareMedians, median, runCold, timeCalls } from "../serving/measure.ts";
import { number, printTable, printTitle } from "../serving/report.ts";
import { measureAnswers, measureGate } from "./gate.ts";
import { RECIPE } from "./recipe.ts";
import { reportZipped } from "./zipped.ts";

export const main = plainly(measure);

export interface Decoder {
  prepareInput: typeof prepareInput;
}

const DECODERS = ["sharp", "wasm"] as const;
const SMALL = "test/fixtures/radiographs/IM-0115-0001.jpeg";
/** pixels: as a detector gives them; enlarged from the small one unless a file is named. */
const FULL_SIZE = { width: 1618, height: 1279 };
const COLD_ROUNDS = 11;
const WARM_ROUNDS = 9;

async function measure({ programs, radiograph }: { programs: string; radiograph?: string }): Promise<void> {
  if (radiograph !== undefined) await decodeRadiograph(await readNamedRadiograph(radiograph));
  console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}, load ${number(loadavg()[0]!)}`);
  const folder = mkdtempSync(join(tmpdir(), "radlite-bench-"));
  try {
    const files = await drawFiles(folder, radiograph);
    await compareWarm(programs, files);
    await measureGate(SMALL);
    await measureAnswers(files);
    await compareCold(programs, files);
    reportZipped(programs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A small and a full-size JPEG, and the full-size one as PNG of 8 and of 16 bits, by name. */
async function drawFiles(folder: string, radiograph: string | undefined): Promise<Record<string, string>> {
  const full = radiograph
    ? sharp(radiograph)
    : sharp(SMALL).resize(FULL_SIZE.width, FULL_SIZE.height, { fit: "fill" });
  const drawn = {
    "full-size JPEG": radiograph
      ? readFileSync(radiograph)
      : await full.clone().jpeg({ quality: 90 }).toBuffer(),
    "full-size PNG": await full.clone().toColourspace("b-w").png().toBuffer(),
    "full-size PNG, 16 bit": await full.clone().toColourspace("grey16").png().toBuffer(),
  };
  const files: Record<string, string> = { "224 x 224 JPEG": SMALL };
  for (const [name, bytes] of Object.entries(drawn)) {
    const path = join(folder, name.replaceAll(/\W/g, "-"));
    writeFileSync(path, bytes);
    files[name] = path;
  }
  return files;
}

async function compareWarm(programs: string, files: Record<string, string>): Promise<void> {
  printTitle(`Warm, file to tensor: processor ms, medians of ${WARM_ROUNDS} rounds by turns`);
  const decoders = await Promise.all(
    DECODERS.map(async (name) => [name, (await import(`${programs}/${name}.mjs`)) as Decoder] as const),
  );
  const rows = [["", ...DECODERS, "wasm / sharp", `${DECODERS[0]}, trimmed`]];
  for (const [name, path] of Object.entries(files)) {
    const bytes = readFileSync(path);
    const times = bytes.length > 50_000 ? 4 : 40;
    const tensors: string[] = [];
    const samples = decoders.map(([decoder, { prepareInput }]) => [
      decoder,
      () => timeCalls(async () => tensors.push(String((await prepareInput(bytes, RECIPE)).tensor)), times),
    ]);
    const { prepareInput } = decoders[0]![1];
    const cpuMs = await compareMedians<(typeof DECODERS)[number] | "trimmed">(
      {
        ...Object.fromEntries(samples),
        trimmed: () => timeCalls(() => prepareInput(bytes, { ...RECIPE, trim: true }), times),
      },
      { rounds: WARM_ROUNDS },
    );
    if (new Set(tensors).size > 1) throw new Error(`${name}: the decoders do not give the same tensor`);
    rows.push([
      name,
      number(cpuMs.sharp),
      number(cpuMs.wasm),
      number(cpuMs.wasm / cpuMs.sharp, 2),
      number(cpuMs.trimmed),
    ]);
  }
  printTable(rows);
}

async function compareCold(programs: string, files: Record<string, string>): Promise<void> {
  printTitle(`Cold, file to tensor: processor ms and peak MB, medians of ${COLD_ROUNDS} processes by turns`);
  const program = `${programs}/cold.mjs`;
  const runs = [
    ["Node alone", "", [program]] as const,
    ...Object.entries(files).flatMap(([name, path]) =>
      DECODERS.map((decoder) => [name, decoder, [program, `${programs}/${decoder}.mjs`, path]] as const),
    ),
  ];
  const costs = runs.map(() => [] as Awaited<ReturnType<typeof runCold>>[]);
  for (let round = 0; round <= COLD_ROUNDS; round++) {
    for (const [i, [, , command]] of runs.entries()) {
      const cost = await runCold(command);
      if (round > 0) costs[i]!.push(cost); // the first fills the page cache
    }
  }
  printTable([
    ["", "", "ms", "MB"],
    ...runs.map(([name, decoder], i) => [
      ...[name, decoder, number(median(costs[i]!.map(({ cpuMs }) => cpuMs)))],
      number(median(costs[i]!.map(({ peakMb }) => peakMb))),
    ]),
  ]);
}
