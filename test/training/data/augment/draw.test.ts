import { seedRandom } from "@radlite/training/data";
import { type AugmentRecipe, parseRecipe } from "@radlite/training/recipes";
import { describe, expect, it } from "vitest";
import { augment, drawChanges } from "../../../../training/data/augment/index.ts";
import { at, differ, paint, scatter, wave } from "./pictures.ts";

const section = (text: string): AugmentRecipe =>
  parseRecipe(
    `name: a\ndescription: b\narchitecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }
input: { size: 16 }\nfit: { epochs: 1 }\naugment: ${text}\n`,
    "test.yaml",
  ).augment;

const NOTHING = section("{ chance: 1 }");
const EVERYTHING =
  section(`{ shift: 0.1, zoom: 0.2, rotate: 15, aspect: 0.3, gamma: 0.5, blur: 0.03, noise: 8,
  erase: 0.2, scale: { down: 0.5, up: 1.5 }, jpegQuality: 40, chance: 0.5 }`);

/** With a generator for the framing that is always the same. */
const drawAll = (recipe: AugmentRecipe, random: ReturnType<typeof seedRandom>) =>
  drawChanges(recipe, random, seedRandom(99));

describe("drawChanges", () => {
  it("draws nothing where the recipe asks for nothing", () => {
    expect(drawAll(NOTHING, seedRandom(3))).toEqual({
      placement: { shiftX: 0, shiftY: 0, zoom: 1, angle: 0, aspect: 1 },
      gamma: 1,
      scale: 1,
      blur: 0,
      jpegQuality: undefined,
      noise: 0,
      erase: undefined,
      brightness: 1,
      crop: undefined,
      border: undefined,
    });
  });

  it("stays within the recipe's strengths, uses them, and degrades at the recipe's chance", () => {
    const drawn = Array.from({ length: 2000 }, (_, at) => drawAll(EVERYTHING, seedRandom(1, at)));
    const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
    const expectRange = (values: number[], low: number, high: number) => {
      const [least, most] = range(values);
      const slack = (high - low) * 0.02;
      expect(least).toBeGreaterThanOrEqual(low - 1e-9);
      expect(least).toBeLessThan(low + slack);
      expect(most).toBeLessThanOrEqual(high + 1e-9);
      expect(most).toBeGreaterThan(high - slack);
    };

    expectRange(
      drawn.map(({ placement }) => placement.shiftX),
      -0.1,
      0.1,
    );
    expectRange(
      drawn.map(({ placement }) => placement.zoom),
      1 / 1.2,
      1.2,
    );
    expectRange(
      drawn.map(({ placement }) => placement.angle),
      (-15 * Math.PI) / 180,
      (15 * Math.PI) / 180,
    );
    expectRange(
      drawn.map(({ gamma }) => gamma),
      1 / 1.5,
      1.5,
    );
    expectRange(
      drawn.map(({ scale }) => scale),
      0.5,
      1.5,
    );
    expectRange(
      drawn.flatMap(({ jpegQuality }) => jpegQuality ?? []),
      40,
      100,
    );
    for (const count of [
      drawn.filter(({ blur }) => blur > 0).length,
      drawn.filter(({ noise }) => noise > 0).length,
      drawn.filter(({ erase }) => erase).length,
      drawn.filter(({ jpegQuality }) => jpegQuality !== undefined).length,
    ]) {
      expect(Math.abs(count - 1000)).toBeLessThan(90); // four deviations of 22
    }
    for (const { erase } of drawn) {
      if (!erase) continue;
      expect(erase.width * erase.height).toBeLessThanOrEqual(0.2 + 1e-9);
      expect(erase.left + erase.width).toBeLessThanOrEqual(1 + 1e-9);
      expect(erase.top + erase.height).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it("leaves other draws as they were when one strength changes", () => {
    const calmer = drawAll({ ...EVERYTHING, noise: 0, rotate: 0 }, seedRandom(4, 2));
    const full = drawAll(EVERYTHING, seedRandom(4, 2));

    expect({ ...calmer, noise: 0 }).toEqual({
      ...full,
      noise: 0,
      placement: { ...full.placement, angle: calmer.placement.angle },
    });
  });
});

describe("augment", () => {
  it("without changes is the area average alone", () => {
    const picture = scatter(32, 9);
    const halved = augment(picture, drawAll(NOTHING, seedRandom(1)), 16, seedRandom(1));

    const expected = paint(16, (x, y) =>
      [0, 1, 2, 3].reduce((sum, k) => sum + at(picture, 2 * x + (k & 1), 2 * y + (k >> 1)) / 4, 0),
    );
    expect(differ(halved, expected)).toBeLessThan(1e-3);
  });

  it("gives three equal channels for three equal channels, as for one", () => {
    const changes = {
      ...drawAll(EVERYTHING, seedRandom(2)),
      jpegQuality: 50,
      blur: 0.02,
      noise: 4,
      scale: 0.7,
    };
    const smooth = wave(32);
    const grey = augment(smooth, changes, 16, seedRandom(8));
    const colour = augment(
      paint(32, (x, y) => at(smooth, x, y), 3),
      changes,
      16,
      seedRandom(8),
    );

    expect(
      differ(
        colour,
        paint(16, (x, y) => at(grey, x, y), 3),
      ),
    ).toBeLessThan(1e-3);
    expect(differ(grey, augment(smooth, drawAll(NOTHING, seedRandom(2)), 16, seedRandom(8)))).toBeGreaterThan(
      5,
    );
  });
});
