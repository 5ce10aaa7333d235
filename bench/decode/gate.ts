/** What the shipped gate costs: the look at a picture alone, and what it adds to a verdict on a file. */
import { readFileSync } from "node:fs";
import { decodeRadiograph, prepareGrey, prepareInput, resizeArea } from "@radlite/model/input";
import { judge, judgePicture, loadVerdictModel, lookOf } from "@radlite/model/verdict";
import { applyGate, GATE_SIDE, openGate } from "@radlite/model/verdict/gate";
import { compareMedians, timeCalls } from "../serving/measure.ts";
import { number, printTable, printTitle } from "../serving/report.ts";

const GATE = "registry/shipped/gates/chest-xray.rlg";
const MODEL = "registry/shipped/residual-64-grouped-noise-pruned-4k/model.rlm";
const ROUNDS = 15;
const MICRO = 1000; // in a millisecond
const TARGET = 50; // microseconds, without the average
const MOST_SLOWER = 0.05;

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

/** File to verdict without the gate and with it, by turns, for networks that trim and that do not. */
export async function measureAnswers(files: Record<string, string>): Promise<void> {
  printTitle(
    `File to verdict: processor ms, medians of ${ROUNDS} rounds by turns, at most ${100 * MOST_SLOWER}% more wanted with the gate`,
  );
  const shipped = await loadVerdictModel(readFileSync(MODEL));
  const file = readFileSync(GATE);
  const gate = { gate: openGate(file), sha256: "", bytes: file.length };
  const rows = [["", "the network trims", "without", "with", "more, %"]];
  for (const [name, path] of Object.entries(files)) {
    const bytes = readFileSync(path);
    const times = bytes.length > 50_000 ? 4 : 40;
    const { trim: _, ...untrimmed } = shipped.input;
    for (const input of [{ ...untrimmed, trim: true as const }, untrimmed]) {
      const model = { ...shipped, input };
      const answer = async () =>
        judgePicture({ model, gate }, await prepareInput(bytes, input, lookOf(gate)), {
          onOutside: "answer",
        });
      const ms = await compareMedians(
        {
          without: () =>
            timeCalls(async () => judge(model, (await prepareInput(bytes, input)).tensor), times),
          with: () => timeCalls(answer, times),
        },
        { rounds: ROUNDS },
      );
      const more = 100 * (ms.with / ms.without - 1);
      rows.push([
        name,
        "trim" in input ? "yes" : "no",
        number(ms.without, 2),
        number(ms.with, 2),
        number(more),
      ]);
    }
  }
  printTable(rows);
}
