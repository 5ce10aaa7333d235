/** What the shipped gate adds to a picture that is decoded: the average to 30x30, and the look at it. */
import { readFileSync } from "node:fs";
import { decodeRadiograph, prepareGrey, resizeArea } from "@radlite/model/input";
import { applyGate, GATE_SIDE, openGate } from "@radlite/model/verdict/gate";
import { compareMedians, timeCalls } from "../serving/measure.ts";
import { number, printTable, printTitle } from "../serving/report.ts";

const GATE = "registry/shipped/gates/chest-xray.rlg";
const ROUNDS = 15;
const MICRO = 1000; // in a millisecond
const TARGET = 50; // microseconds, without the average

export async function measureGate(radiograph: string): Promise<void> {
  printTitle(
    `The gate: processor microseconds, medians of ${ROUNDS} rounds by turns, at most ${TARGET} wanted`,
  );
  const gate = openGate(readFileSync(GATE));
  const bytes = readFileSync(radiograph);
  const decoded = await decodeRadiograph(bytes);
  const { raster, step } = await prepareGrey(bytes, { width: GATE_SIDE, height: GATE_SIDE, trim: true });
  const inside = { pixels: raster.pixels, step };
  const inverted = { pixels: raster.pixels.map((level) => 255 - level), step };
  const ms = await compareMedians(
    {
      average: () => timeCalls(() => resizeArea(decoded, GATE_SIDE, GATE_SIDE), 100),
      inside: () => timeCalls(() => applyGate(gate, inside), 5000),
      inverted: () => timeCalls(() => applyGate(gate, inverted), 5000),
    },
    { rounds: ROUNDS },
  );
  printTable([
    ["", "µs"],
    [`average of ${decoded.width}x${decoded.height} to 30x30`, number(ms.average * MICRO)],
    [`a picture ${applyGate(gate, inside).status}`, number(ms.inside * MICRO)],
    [`a picture ${applyGate(gate, inverted).status}, with its reason`, number(ms.inverted * MICRO)],
  ]);
}
