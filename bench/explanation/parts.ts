/** What an explanation is made of, and what was left: processor time of each part, by turns. */
import { encodePng, prepareInput } from "@radlite/model/input";
import { explain, judgeWithMap, LONGEST_SIDE, type VerdictModel } from "@radlite/model/verdict";
import { encode } from "fast-png";
import { decodeLevels } from "../../model/input/decode.ts";
import { flattenRows } from "../../model/input/levels.ts";
import { greyRows } from "../../model/input/raster.ts";
import { resizeRows } from "../../model/input/resize.ts";
import { viewLevels } from "../../model/input/view.ts";
import { compareMedians, timeCalls } from "../serving/measure.ts";
import { number, printTable, printTitle } from "../serving/report.ts";

const ROUNDS = 9;
const TIMES = 10;

export async function measureParts(model: VerdictModel, files: Record<string, Buffer>): Promise<void> {
  printTitle(`The parts: processor ms, medians of ${ROUNDS} rounds by turns; PNG files in kB`);
  const columns: Record<string, string[]> = {};
  for (const [name, bytes] of Object.entries(files)) columns[name] = await measureFile(model, bytes);
  const parts = [
    ...["decoding, to the network's input", "the copy to look at", "(its exact average)"],
    ...["colour and box", "the PNG file", "(fast-png, stored)", "(fast-png, packed at level 1)"],
    ...["kB, stored", "(kB, packed at level 1)"],
  ];
  printTable([
    ["", ...Object.keys(columns)],
    ...parts.map((part, row) => [part, ...Object.values(columns).map((column) => column[row]!)]),
  ]);
}

async function measureFile(model: VerdictModel, bytes: Buffer): Promise<string[]> {
  const decoded = await decodeLevels(bytes);
  const prepared = await prepareInput(bytes, model.input, undefined, LONGEST_SIDE);
  const film = { ...prepared, view: prepared.view! };
  const { map } = await judgeWithMap(model, prepared.tensor);
  const { overlay } = explain(model, map, film);
  const { width, height, indices } = overlay;
  const palette = overlay.palette.map((colour) => [...colour]);
  const pack = (level: 0 | 1) =>
    encode({ width, height, data: indices, channels: 1, depth: 8, palette }, { zlib: { level } });
  const time = (call: () => unknown) => () => timeCalls(call, TIMES);
  const ms = await compareMedians(
    {
      prepare: time(() => prepareInput(bytes, model.input)),
      view: time(() => viewLevels(decoded, LONGEST_SIDE)),
      exact: time(() => resizeRows(greyRows(flattenRows(decoded)), width, height)),
      explain: time(() => explain(model, map, film)),
      ours: time(() => encodePng(overlay)),
      stored: time(() => pack(0)),
      packed: time(() => pack(1)),
    },
    { rounds: ROUNDS },
  );
  const sizes = [encodePng(overlay), pack(1)].map(({ length }) => number(length / 1000, 0));
  return [...Object.values(ms).map((one) => number(one, 2)), ...sizes];
}
