import type { InputRecipe } from "@radlite/model/format";
import { digestImages, STRESS_LISTS } from "@radlite/registry/bundle";
import type { PixelSet } from "@radlite/training/data";
import { evaluateStress, STRESS_CHANGES } from "@radlite/training/evaluation";
import { toInputRecipe } from "@radlite/training/recipes";
import { expect, it } from "vitest";
import { hash } from "../../registry/log/sample-events.ts";
import { sealMeanGrey } from "./models.ts";

const SIDE = 32; // twice the network's 16
const LEVELS = 256; // steps of a stored pixel in a grey level

/** Pictures whose columns rise from one level to another: alike from top to bottom, and no two alike. */
function makeSet(input: InputRecipe, ramps: [from: number, to: number][]): PixelSet {
  const pixels = new Uint16Array(new SharedArrayBuffer(2 * ramps.length * SIDE * SIDE));
  for (const [row, [from, to]] of ramps.entries()) {
    for (let at = 0; at < SIDE * SIDE; at++) {
      const level = from + ((to - from) * (at % SIDE)) / (SIDE - 1);
      pixels[row * SIDE * SIDE + at] = Math.round(level * LEVELS);
    }
  }
  const labels = Uint8Array.from(ramps, (_, at) => at % 2);
  const images = ramps.map((_, at) => ({
    ...{ path: `/${at}`, file: `PNEUMONIA/person${at}_virus_1.jpeg`, label: (at % 2) as 0 | 1 },
    ...{ patient: `${at}`, sha256: hash(at + 1) },
  }));
  return { input, side: SIDE, pixels, labels, images, unreadable: [] };
}

const input = toInputRecipe({ size: 16, channels: 1, normalise: "fixed" });
const RAMPS: [number, number][] = [
  [20, 120],
  [80, 200],
  [40, 90],
  [120, 250],
];

/** The model's own arithmetic: slope 8, temperature 2. */
const probabilityOf = (mean: number) => 1 / (1 + Math.exp((-8 * (mean / 127.5 - 1)) / 2));

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function levelsOf([from, to]: [number, number]): number[] {
  return Array.from({ length: SIDE }, (_, x) => {
    return Math.round((from + ((to - from) * x) / (SIDE - 1)) * LEVELS) / LEVELS;
  });
}

it("judges every radiograph under each of eleven changes by the sealed file, in floats", async () => {
  const [evaluation] = await evaluateStress([sealMeanGrey()], makeSet(input, RAMPS));
  const { cases, images, set, changes } = evaluation!;
  const under = (change: string) => cases.filter((one) => one.change === change);

  expect(Object.keys(STRESS_CHANGES)).toHaveLength(11);
  expect([...new Set(cases.map(({ change }) => change))]).toEqual(Object.keys(STRESS_CHANGES));
  expect({ set, images }).toEqual({ set: "stress", images: digestImages(cases.slice(0, RAMPS.length)) });
  expect([...STRESS_LISTS].at(-1)).toEqual([changes, Object.keys(STRESS_CHANGES)]); // the registry takes no other
  expect(cases.every(({ probability }) => Math.fround(probability) === probability)).toBe(true);
  expect(under("noise").map(({ label, subgroup }) => [label, subgroup])).toEqual([
    ["NORMAL", undefined],
    ["PNEUMONIA", "virus"],
    ["NORMAL", undefined],
    ["PNEUMONIA", "virus"],
  ]);
});

it.each([
  ["gamma-0-6", 0.6],
  ["gamma-1-6", 1.6],
])("%s is that power of every grey level", async (change, gamma) => {
  const [evaluation] = await evaluateStress([sealMeanGrey()], makeSet(input, RAMPS));
  const changed = evaluation!.cases.filter((one) => one.change === change);

  for (const [at, { probability }] of changed.entries()) {
    const mean = meanOf(levelsOf(RAMPS[at]!).map((level) => 255 * (level / 255) ** gamma));
    expect(probability).toBeCloseTo(probabilityOf(mean), 4);
  }
});

it("blurring, scaling about the middle and noise leave a ramp's mean nearly as it is", async () => {
  const [evaluation] = await evaluateStress([sealMeanGrey()], makeSet(input, RAMPS));

  for (const change of ["blurred", "half-the-pixels", "size-x-0-8", "width-x-1-25", "noise"]) {
    const changed = evaluation!.cases.filter((one) => one.change === change);
    for (const [at, { probability }] of changed.entries()) {
      expect(Math.abs(probability - probabilityOf(meanOf(levelsOf(RAMPS[at]!)))), change).toBeLessThan(0.02);
    }
  }
});

it("gives several files of one input what it gives each alone", async () => {
  const [set, files] = [makeSet(input, RAMPS), [sealMeanGrey(), sealMeanGrey({ slope: 4 })]];
  const plain = ({ latencyMs: _, ...rest }: object & { latencyMs: number }) => rest;

  const together = await evaluateStress(files, set);

  const alone = [...(await evaluateStress([files[0]!], set)), ...(await evaluateStress([files[1]!], set))];
  expect(together.map(plain)).toEqual(alone.map(plain));
});

it("stops between two changes once it is stopped", async () => {
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error("enough"));
  await expect(
    evaluateStress([sealMeanGrey()], makeSet(input, RAMPS), { signal: stop.signal, onProgress }),
  ).rejects.toThrow("enough");
});
