import { readFileSync } from "node:fs";
import { prepareGrey } from "@radlite/model/input";
import {
  applyGate,
  type Gate,
  type GatePicture,
  openGate,
  readGrid,
  scoreMirror,
} from "@radlite/model/verdict/gate";
import { expect, test } from "vitest";
import { changeGrid, WHOLE_CHANGES } from "../../../../model/verdict/gate/grids.ts";
import { drawGate, drawPicture, rearrange } from "./gates.ts";

const zeros = (count: number) => new Float64Array(count);
const paint = (level: (y: number, x: number) => number, step = 1): GatePicture => ({
  pixels: Float32Array.from({ length: 900 }, (_, at) => level(Math.floor(at / 30), at % 30)),
  step,
});
const white = (picture: GatePicture): GatePicture => ({
  ...picture,
  pixels: Array.from(picture.pixels, (p) => 255 - p),
});
const turned = (picture: GatePicture) => rearrange(picture, (y, x) => [x, 29 - y]);
const halfTurned = (picture: GatePicture) => rearrange(picture, (y, x) => [29 - y, 29 - x]);
const flipped = (picture: GatePicture) => rearrange(picture, (y, x) => [29 - y, x]);
const mirrored = (picture: GatePicture) => rearrange(picture, (y, x) => [y, 29 - x]);

/** Content: how much brighter the bottom row of cells is than the top; novelty: the mean square of all cells. */
const TOP_BRIGHT: Gate = {
  trim: true,
  content: { weights: zeros(36).fill(-1, 0, 6).fill(1, 30), bias: 0 },
  novelty: {
    mean: zeros(24),
    whitening: Float64Array.from({ length: 300 }, (_, at) => (isDiagonal(at) ? 1 : 0)),
  },
  mirror: zeros(30).fill(-1),
  refuse: { content: 0, novelty: 1.5 },
  caution: { content: -15, novelty: 1.2 },
  mirrored: -5,
  population: "gradients",
};
function isDiagonal(at: number): boolean {
  const row = Math.floor((Math.sqrt(8 * at + 1) - 1) / 2);
  return at - (row * (row + 1)) / 2 === row;
}

/** Bright above, dark below; a little brighter on the right. */
const UPRIGHT = paint((y, x) => 200 - 5 * y + x / 4);

test("a grid is the cells' means, less their mean, over their deviation", () => {
  const halves = paint((y) => (y < 15 ? 100 : 60));
  expect([...readGrid(halves, 6, 6)]).toEqual([...Array(18).fill(1), ...Array(18).fill(-1)]);
  expect([...readGrid(halves, 2, 5)]).toEqual([...Array(5).fill(1), ...Array(5).fill(-1)]);
});

test("a picture that varies by less than two levels of its file is not blown up, whatever its depth", () => {
  const faint = (step: number) => paint((y) => 100 + (y < 15 ? step : 0), step);
  for (const step of [1, 1 / 257])
    for (const cell of readGrid(faint(step), 6, 6)) expect(Math.abs(cell)).toBeCloseTo(0.25, 4);
});

test("turning or inverting the picture is the same as rearranging its cells", () => {
  const pictures = { inverted: white, "half-turned": halfTurned, flipped } as const;
  for (let seed = 0; seed < 5; seed++) {
    const picture = drawPicture(seed);
    for (const side of [5, 6]) {
      const cells = readGrid(picture, side, side);
      for (const [change, make] of Object.entries(pictures)) {
        const expected = readGrid(make(picture), side, side);
        changeGrid(cells, side, change as keyof typeof pictures).forEach((cell, i) => {
          expect(cell).toBeCloseTo(expected[i]!, 9);
        });
      }
      const left = readGrid(turned(picture), side, side);
      changeGrid(cells, side, "turned-left").forEach((cell, i) => {
        expect(cell).toBeCloseTo(left[i]!, 9);
      });
      expect(changeGrid(changeGrid(cells, side, "turned-left"), side, "turned-right")).toEqual(cells);
      for (const change of WHOLE_CHANGES) expect(changeGrid(cells, side, change)).not.toEqual(cells);
    }
  }
});

test("content is weights times cells and a bias, novelty the squared length of what is whitened", () => {
  const halves = paint((y) => (y < 15 ? 100 : 60));
  const { content, novelty } = applyGate(
    { ...TOP_BRIGHT, content: { ...TOP_BRIGHT.content, bias: 0.5 } },
    halves,
  );
  expect(content).toBe(-12 + 0.5);
  const cells = readGrid(halves, 5, 5).slice(0, 24);
  expect(novelty).toBeCloseTo(cells.reduce((sum, cell) => sum + cell ** 2, 0) / 24, 12);

  const gate = drawGate(3);
  const picture = drawPicture(4);
  const grid = readGrid(picture, 5, 5);
  let squares = 0;
  for (let row = 0; row < 24; row++) {
    let sum = 0;
    for (let i = 0; i <= row; i++)
      sum += gate.novelty.whitening[(row * (row + 1)) / 2 + i]! * (grid[i]! - gate.novelty.mean[i]!);
    squares += sum ** 2;
  }
  expect(applyGate(gate, picture).novelty).toBeCloseTo(squares / 24, 9);
});

test("each status by its thresholds, a score at one still below it", () => {
  const { content, novelty } = applyGate(TOP_BRIGHT, UPRIGHT);
  const above = { content: content + 1, novelty: novelty + 1 };
  const statusAt = (limits: Partial<Pick<Gate, "refuse" | "caution">>) =>
    applyGate({ ...TOP_BRIGHT, refuse: above, caution: above, ...limits }, UPRIGHT).status;

  expect(statusAt({})).toBe("INSIDE");
  expect(statusAt({ caution: { content, novelty } })).toBe("INSIDE");
  expect(statusAt({ caution: { content: content - 1, novelty: novelty + 1 } })).toBe("CAUTION");
  expect(statusAt({ caution: { content: content + 1, novelty: novelty - 0.01 } })).toBe("CAUTION");
  expect(statusAt({ refuse: { content: content - 1, novelty: novelty + 1 } })).toBe("OUTSIDE");
  expect(statusAt({ refuse: { content: content + 1, novelty: novelty - 0.01 } })).toBe("OUTSIDE");
});

test("what a picture is outside for: the change that, undone, brings it inside", () => {
  const reasonOf = (picture: GatePicture) => applyGate(TOP_BRIGHT, picture).reason;
  expect(applyGate(TOP_BRIGHT, UPRIGHT)).toMatchObject({ status: "INSIDE" });
  expect(applyGate(TOP_BRIGHT, UPRIGHT)).not.toHaveProperty("reason");
  const peculiar = { ...TOP_BRIGHT, refuse: { content: 20, novelty: 0.9 } };
  expect(applyGate(peculiar, UPRIGHT)).toMatchObject({ status: "OUTSIDE", reason: "NOT_LIKE_TRAINING" });

  const sided = { ...TOP_BRIGHT, content: { weights: zeros(36).fill(-1, 0, 6).fill(1, 30), bias: 0 } };
  sided.content.weights[5] = -40; // the brightest corner is the upper right one, whatever else
  const corner = paint((y, x) => 100 - y + (y < 5 && x >= 25 ? 120 : 0));
  const strict = { ...sided, refuse: { content: -60, novelty: 30 }, caution: { content: -60, novelty: 30 } };
  expect(applyGate(strict, corner).status).toBe("INSIDE");
  expect(applyGate(strict, white(corner)).reason).toBe("INVERTED");
  expect(applyGate(strict, turned(corner)).reason).toBe("ROTATED");
  expect(applyGate(strict, turned(halfTurned(corner))).reason).toBe("ROTATED");
  expect(applyGate(strict, halfTurned(corner)).reason).toBe("UPSIDE_DOWN");
  expect(applyGate(strict, flipped(corner)).reason).toBe("UPSIDE_DOWN");
  expect(reasonOf(UPRIGHT)).toBeUndefined();

  const changeOf = (picture: GatePicture) => applyGate(strict, picture).change;
  expect(changeOf(white(corner))).toBe("inverted");
  expect([changeOf(turned(corner)), changeOf(turned(halfTurned(corner)))].sort()).toEqual([
    "turned-left",
    "turned-right",
  ]);
  expect(changeOf(halfTurned(corner))).toBe("half-turned");
  expect(changeOf(flipped(corner))).toBe("flipped");
  expect(changeOf(corner)).toBeUndefined();
  expect(applyGate(peculiar, UPRIGHT)).not.toHaveProperty("change");
});

test("a mirrored picture has the negative score, and is warned of where it is not refused", () => {
  for (let seed = 0; seed < 5; seed++) {
    const { mirror } = drawGate(seed);
    const picture = drawPicture(seed);
    expect(scoreMirror(mirror, mirrored(picture))).toBeCloseTo(-scoreMirror(mirror, picture), 9);
  }
  expect(applyGate(TOP_BRIGHT, UPRIGHT).maybeMirrored).toBe(false);
  const strong = paint((y, x) => 200 - y - 3 * x);
  const lenient = { ...TOP_BRIGHT, refuse: { content: 30, novelty: 30 } };
  expect(applyGate(lenient, strong).maybeMirrored).toBe(true);
  expect(applyGate(lenient, mirrored(strong)).maybeMirrored).toBe(false);
  expect(applyGate({ ...lenient, refuse: { content: -30, novelty: 30 } }, strong)).toMatchObject({
    status: "OUTSIDE",
    maybeMirrored: false,
  });
});

test.each([
  ["IM-0115-0001", "INSIDE", true],
  ["NORMAL2-IM-0383-0001", "INSIDE", true],
  ["person1000_virus_1681", "INSIDE", true],
  ["person1_bacteria_1", "CAUTION", false], // wider than others: one of the twentieth that goes to review
])(
  "the shipped gate knows the radiograph %s, and what was done to it",
  async (name, status, showsItsSide) => {
    const gate = openGate(readFileSync("registry/shipped/gates/chest-xray.rlg"));
    const { raster, step } = await prepareGrey(readFileSync(`test/fixtures/radiographs/${name}.jpeg`), {
      width: 30,
      height: 30,
      trim: true,
    });
    const picture = { pixels: raster.pixels, step };

    expect(applyGate(gate, picture)).toMatchObject({ status, maybeMirrored: false });
    expect(applyGate(gate, white(picture))).toMatchObject({ status: "OUTSIDE", reason: "INVERTED" });
    expect(applyGate(gate, turned(picture))).toMatchObject({ status: "OUTSIDE", reason: "ROTATED" });
    expect(applyGate(gate, halfTurned(picture))).toMatchObject({ status: "OUTSIDE", reason: "UPSIDE_DOWN" });
    expect(scoreMirror(gate.mirror, mirrored(picture)) < gate.mirrored).toBe(showsItsSide);
  },
);
