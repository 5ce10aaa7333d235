/**
 * What a gate makes of folders of pictures: those inside as they are, harmlessly changed and changed as a whole, those
 * outside by folder, and pictures that are made here. It judges and chooses nothing.
 */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { prepareGrey, resizeArea } from "@radlite/model/input";
import { applyGate, GATE_SIDE, type Gate } from "@radlite/model/verdict/gate";
import { readPlainFile } from "@radlite/registry/bundle";
import type { Picture } from "../data/augment/index.ts";
import { seedRandom } from "../data/index.ts";
import { CHANGE_NAMES, CHANGES, mirror } from "./changes.ts";
import type { GateFit } from "./fit.ts";
import { HARMLESS } from "./harmless.ts";
import { MADE, MADE_KINDS } from "./made.ts";
import { SOURCE_SIDE, see } from "./pictures.ts";
import type { Sample } from "./sample.ts";
import { addRows, type GateRow, type Group, startTally, type Tally } from "./tally.ts";

const MADE_OF_EACH = 300;
/** Other numbers than the fit's, so that no picture is one that it saw. */
const [CHANGED, MADE_STREAM] = [11, 12];

export interface ReportOptions {
  inside: readonly string[];
  outside: readonly string[];
  onProgress?: (done: number, total: number) => void;
}

/** @throws BAD_INPUT for a folder that is not there or holds no file. */
export async function reportGate(
  gate: Gate,
  { inside, outside, onProgress = () => {} }: ReportOptions,
): Promise<GateRow[]> {
  const folders = await Promise.all([
    ...inside.map((folder) => listPictures("inside", folder)),
    ...outside.map((folder) => listPictures("outside", folder)),
  ]);
  const total = folders.flat().reduce((sum, { paths }) => sum + paths.length, 0);
  const changes = startChanges(gate);
  let done = 0;
  const rows: GateRow[] = [];
  for (const { group, name, paths } of folders.flat()) {
    const tally = startTally(group, name);
    for (const path of paths) {
      const read = await readPicture(path, gate.trim);
      if (read) {
        tally.count(applyGate(gate, { pixels: shrink(read.raster), step: read.step }));
        if (group === "inside") changes.count(read.raster);
      } else tally.row.unread++;
      onProgress(++done, total);
    }
    rows.push(tally.row);
  }
  const of = (group: Group) => rows.filter((row) => row.group === group);
  const made = tallyMade(gate);
  return [
    ...withSum("inside", of("inside")),
    ...(inside.length > 0 ? changes.rows : []),
    ...made,
    ...withSum("outside", of("outside")),
  ];
}

/** What the gates that did not see a patient say of it: as it is, in the fit's views, and changed. */
export function reportFit(sample: Sample, { folded }: GateFit): GateRow[] {
  const gateOf = (row: number) => folded[sample.folds[row]!]!;
  const originals = startTally("inside", "as they are");
  const views = startTally("harmless", "turned, moved, stretched, gamma");
  sample.originals.forEach((picture, row) => {
    originals.count(applyGate(gateOf(row), picture));
    views.count(applyGate(gateOf(row), sample.views[row]!));
  });
  const changed = CHANGE_NAMES.map((change) => {
    const tally = startTally("changed", change, CHANGES[change].reason);
    for (const { name, of, picture } of sample.changed)
      if (name === change) tally.count(applyGate(gateOf(of), picture));
    return tally.row;
  });
  return [originals.row, views.row, ...changed];
}

interface PictureFolder {
  group: Group;
  name: string;
  paths: string[];
}

/** The files of a folder, by the folders right below it, which say the kind. */
async function listPictures(group: Group, folder: string): Promise<PictureFolder[]> {
  const entries: Dirent[] = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (cause: Error) => {
      throw new RadliteError("BAD_INPUT", `cannot read the folder ${folder}: ${describeFileProblem(cause)}`, {
        cause,
      });
    },
  );
  const kinds = new Map<string, string[]>();
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."));
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    const parts = relative(folder, path).split(sep);
    const kind = parts.length > 1 ? parts[0]! : basename(resolve(folder));
    kinds.set(kind, [...(kinds.get(kind) ?? []), path]);
  }
  if (kinds.size === 0)
    throw new RadliteError("BAD_INPUT", `the folder ${folder} holds no file: expected pictures`);
  return [...kinds].map(([name, paths]) => ({ group, name, paths }));
}

/** Undefined for what is refused before any gate. */
async function readPicture(path: string, trim: boolean) {
  try {
    const size = { width: SOURCE_SIDE, height: SOURCE_SIDE, ...(trim ? { trim } : {}) };
    return await prepareGrey(await readPlainFile(path), size);
  } catch (error) {
    if (error instanceof RadliteError) return undefined;
    throw error;
  }
}

/** The same radiographs changed, one row a change. */
function startChanges(gate: Gate): { count(picture: Picture): void; rows: GateRow[] } {
  const harmless = Object.entries(HARMLESS).map(([name, change]) => ({
    change,
    tally: startTally("harmless", name),
  }));
  const changed = CHANGE_NAMES.map((name) => ({
    change: CHANGES[name].change,
    tally: startTally("changed", name, CHANGES[name].reason),
  }));
  const mirrored = startTally("changed", "mirrored");
  const tallies: Tally[] = [...harmless, ...changed].map(({ tally }) => tally);
  let mate: Picture | undefined;
  let index = 0;
  return {
    rows: [...tallies, mirrored].map(({ row }) => row),
    count(picture) {
      const judge = (made: Picture) => applyGate(gate, see(made, gate.trim));
      for (const { change, tally } of harmless) tally.count(judge(change(picture)));
      changed.forEach(({ change, tally }, at) => {
        tally.count(judge(change(picture, seedRandom(CHANGED, index, at), mate ?? picture)));
      });
      mirrored.count(judge(mirror(picture)));
      mate = picture;
      index++;
    },
  };
}

function tallyMade(gate: Gate): GateRow[] {
  return MADE_KINDS.map((kind, at) => {
    const tally = startTally("made", kind);
    for (let index = 0; index < MADE_OF_EACH; index++)
      tally.count(applyGate(gate, see(MADE[kind](seedRandom(MADE_STREAM, at, index)), gate.trim)));
    return tally.row;
  });
}

const shrink = (picture: Picture): Float32Array => resizeArea(picture, GATE_SIDE, GATE_SIDE).pixels;

const withSum = (group: Group, rows: GateRow[]): GateRow[] =>
  rows.length > 1 ? [...rows, addRows(group, "all of them", rows)] : rows;
