/** A gate fitted to planted pictures: radiographs are a bright column between dark ones with an edge to one side, never the same twice. */
import { applyGate, type GatePicture, openGate, scoreMirror } from "@radlite/model/verdict/gate";
import { BUDGETS, fitGate, type GateRow, reportFit, type Sample } from "@radlite/training/gate";
import { beforeAll, expect, test } from "vitest";
import { CHANGES } from "../../../training/gate/changes.ts";
import { dealPatients, FOLDS } from "../../../training/gate/sample.ts";
import { createNumbers } from "../../model/networks.ts";

const COUNT = 400;

function drawRadiograph(seed: number): GatePicture {
  const numbers = createNumbers(seed);
  const [exposure, slope, width] = numbers.floats(3, 1) as unknown as [number, number, number];
  const noise = numbers.floats(900, 12);
  const pixels = noise.map((level, at) => {
    const [y, x] = [Math.floor(at / 30) / 29, (at % 30) / 29];
    const spine = Math.exp(-(((x - 0.45) / (0.15 + 0.03 * width)) ** 2));
    return 90 + 20 * exposure + 70 * spine + (25 + 5 * slope) * y + 15 * x + level;
  });
  return { pixels, step: 1 };
}

const change = (picture: GatePicture, source: (y: number, x: number) => number): GatePicture => ({
  step: 1,
  pixels: Float32Array.from(
    { length: 900 },
    (_, at) => picture.pixels[source(Math.floor(at / 30), at % 30)]!,
  ),
});
const noiseOf = (seed: number): GatePicture => ({
  step: 1,
  pixels: createNumbers(seed)
    .floats(900, 120)
    .map((v) => 128 + v),
});

function plantSample(): Sample {
  const originals = Array.from({ length: COUNT }, (_, at) => drawRadiograph(at));
  const changed = originals.flatMap((picture, of): Sample["changed"] => [
    {
      name: "inverted",
      of,
      picture: { step: 1, pixels: Array.from(picture.pixels, (level) => 255 - level) },
    },
    { name: "turned left", of, picture: change(picture, (y, x) => 30 * x + 29 - y) },
    { name: "turned by 180", of, picture: change(picture, (y, x) => 30 * (29 - y) + 29 - x) },
  ]);
  return {
    originals,
    views: originals.map((_, at) => drawRadiograph(10_000 + at)),
    folds: dealPatients(originals.map((_, at) => `patient ${at >> 1}`)),
    changed,
    made: Array.from({ length: 100 }, (_, at) => ({ kind: "noise", picture: noiseOf(at) })),
  };
}

const review = ({ refused, caution, onlyMirrored }: GateRow) => refused + caution + onlyMirrored;

const sample = plantSample();
let fitted: Awaited<ReturnType<typeof fitGate>>;
beforeAll(async () => {
  fitted = await fitGate(sample, { population: "planted pictures" });
});

test("a patient's radiographs are in one fold, and folds are of one size", () => {
  const patients = Array.from({ length: 1000 }, (_, at) => `patient ${at % 250}`);
  const folds = dealPatients(patients);
  const sizes = Array.from({ length: FOLDS }, (_, fold) => folds.filter((one) => one === fold).length);
  expect(sizes).toEqual([200, 200, 200, 200, 200]);
  patients.forEach((patient, at) => {
    expect(folds[at]).toBe(folds[patients.indexOf(patient)]);
  });
  expect(dealPatients([...patients].reverse())).toEqual(folds.slice().reverse());
});

test("the same sample gives the same bytes, at most 512 of them, and they are the gate", async () => {
  const again = await fitGate(plantSample(), { population: "planted pictures" });
  expect(again.bytes).toEqual(fitted.bytes);
  expect(fitted.bytes.length).toBeLessThanOrEqual(512);
  expect(openGate(fitted.bytes)).toEqual(fitted.gate);
  expect(fitted.gate.population).toBe("planted pictures");
});

test("the budget of patients that it did not see is refused and sent to review", () => {
  const [asTheyAre] = reportFit(sample, fitted);
  expect(asTheyAre!.n).toBe(COUNT);
  expect(asTheyAre!.refused).toBeLessThanOrEqual(BUDGETS.refuse * COUNT);
  expect(review(asTheyAre!)).toBeLessThanOrEqual((BUDGETS.caution + BUDGETS.mirrored) * COUNT);
  expect(review(asTheyAre!)).toBeGreaterThan(BUDGETS.caution * COUNT * 0.5);
});

test("planted changes and noise are refused by the right name, pictures of the kind are not", () => {
  const fresh = Array.from({ length: 100 }, (_, at) => drawRadiograph(50_000 + at));
  const count = (make: (picture: GatePicture) => GatePicture, reason: string) =>
    fresh.filter((picture) => applyGate(fitted.gate, make(picture)).reason === reason).length;

  expect(fresh.filter((picture) => applyGate(fitted.gate, picture).status === "OUTSIDE").length).toBeLessThan(
    5,
  );
  expect(
    count((picture) => ({ step: 1, pixels: Array.from(picture.pixels, (v) => 255 - v) }), "INVERTED"),
  ).toBeGreaterThan(95);
  expect(count((picture) => change(picture, (y, x) => 30 * x + 29 - y), "ROTATED")).toBeGreaterThan(95);
  expect(
    count((picture) => change(picture, (y, x) => 30 * (29 - y) + 29 - x), "UPSIDE_DOWN"),
  ).toBeGreaterThan(95);
  const noise = Array.from({ length: 100 }, (_, at) => applyGate(fitted.gate, noiseOf(9000 + at)));
  expect(noise.filter(({ reason }) => reason === "NOT_LIKE_TRAINING").length).toBeGreaterThan(95);
  const mirrored = fresh.map((picture) => change(picture, (y, x) => 30 * y + 29 - x));
  const { mirror, mirrored: limit } = fitted.gate;
  expect(mirrored.filter((picture) => scoreMirror(mirror, picture) < limit).length).toBeGreaterThan(95);
});

test("changes are what their names say", () => {
  const picture = {
    width: 4,
    height: 4,
    channels: 1 as const,
    pixels: Float32Array.from({ length: 16 }, (_, i) => i),
  };
  const changed = (name: keyof typeof CHANGES) => {
    const { width, height, pixels } = CHANGES[name].change(picture, undefined as never, picture);
    return { width, height, first: [...pixels.subarray(0, width)] };
  };
  expect(changed("inverted").first).toEqual([255, 254, 253, 252]);
  expect(changed("turned left")).toEqual({ width: 4, height: 4, first: [3, 7, 11, 15] });
  expect(changed("turned right").first).toEqual([12, 8, 4, 0]);
  expect(changed("turned by 180").first).toEqual([15, 14, 13, 12]);
  expect(changed("upside down").first).toEqual([12, 13, 14, 15]);
  expect(changed("left half")).toEqual({ width: 2, height: 4, first: [0, 1] });
  expect(changed("right half").first).toEqual([2, 3]);
  expect(changed("top half")).toEqual({ width: 4, height: 2, first: [0, 1, 2, 3] });
  expect(changed("bottom half").first).toEqual([8, 9, 10, 11]);
  expect(changed("two side by side")).toEqual({ width: 8, height: 4, first: [0, 1, 2, 3, 0, 1, 2, 3] });
});
