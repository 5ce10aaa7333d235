import { resizeArea } from "@radlite/model/input";
import { type AugmentRecipe, parseRecipe } from "@radlite/training/recipes";
import { describe, expect, it } from "vitest";
import { addBorder, brighten, crop } from "../../../../training/data/augment/frame.ts";
import { augment, type Changes, drawChanges, UNCHANGED } from "../../../../training/data/augment/index.ts";
import { makeBatch } from "../../../../training/data/batch.ts";
import { seedRandom } from "../../../../training/data/random.ts";
import { LEVELS } from "../../../../training/data/sets.ts";
import { at, paint, wave } from "./pictures.ts";

const section = (text: string): AugmentRecipe =>
  parseRecipe(
    `name: a\ndescription: b\narchitecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }
input: { size: 16 }\nfit: { epochs: 1 }\naugment: ${text}\n`,
    "test.yaml",
  ).augment;
const SIDE = 40;
const picture = wave(SIDE);
const drawMany = (recipe: AugmentRecipe, count = 4000) =>
  Array.from({ length: count }, (_, i) => drawChanges(recipe, seedRandom(1, i), seedRandom(2, i)));
const edgesOf = ({
  left,
  top,
  right,
  bottom,
}: {
  left: number;
  top: number;
  right: number;
  bottom: number;
}) => [...[left, top, right, bottom]];

describe("brighten", () => {
  it("multiplies grey levels and clips at white", () => {
    const levels = paint(2, (x, y) => [10, 100, 200, 250][2 * y + x]!);
    expect([...brighten(levels, 1.3).pixels]).toEqual([13, 130, 255, 255]);
    expect([...brighten(levels, 0.5).pixels]).toEqual([5, 50, 100, 125]);
    expect(brighten(levels, 1)).toBe(levels);
  });
});

describe("crop", () => {
  it("stretches what is left over the square: a ramp stays one, between the places that were cut at", () => {
    const ramp = paint(SIDE, (x) => 5 * x);
    const cut = crop(ramp, { left: 0.25, top: 0, right: 0.25, bottom: 0 });
    // Half of the side over all of it: pixel x shows the place 0.25 * 40 + 0.5 * x - 0.25.
    for (const x of [0, 1, 20, 39]) expect(at(cut, x, 7)).toBeCloseTo(5 * (9.75 + 0.5 * x), 3);
  });

  it("is the picture itself where nothing is cut", () => {
    expect(crop(picture, undefined)).toBe(picture);
    expect(crop(picture, { left: 0, top: 0, right: 0, bottom: 0 })).toEqual(picture);
  });
});

describe("addBorder", () => {
  const border = { left: 0.1, top: 0.05, right: 0.2, bottom: 0, level: 255 };

  it("sets bars of whole pixels around the picture, which is squashed between them by area", () => {
    const { pixels } = addBorder(picture, border);
    const inner = resizeArea(picture, 28, 38);
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const isBar = x < 4 || x >= 32 || y < 2;
        expect(pixels[y * SIDE + x]).toBe(isBar ? 255 : inner.pixels[(y - 2) * 28 + x - 4]);
      }
  });

  it("is taken off again for a network that trims, and seen by one that does not", () => {
    const changes: Changes = { ...UNCHANGED, border: { ...border, level: 0 } };
    const seen = (trim: boolean) => augment(picture, changes, 20, seedRandom(1), { trim });
    const inner = resizeArea(resizeArea(picture, 28, 38), 20, 20);
    expect(seen(true).pixels).toEqual(inner.pixels);
    expect(at(seen(false), 0, 10)).toBe(0);
  });
});

describe("what recipes draw of them", () => {
  it("bars: as often as the chance says, black as often as white, each side up to the width and of its own", () => {
    const drawn = drawMany(section("{ border: { width: 0.1, chance: 0.3 } }"));
    const borders = drawn.flatMap(({ border }) => border ?? []);
    expect(Math.abs(borders.length - 1200)).toBeLessThan(4 * 29); // four deviations
    const black = borders.filter(({ level }) => level === 0).length;
    expect(Math.abs(black / borders.length - 0.5)).toBeLessThan(4 * 0.0145);
    expect(new Set(borders.map(({ level }) => level))).toEqual(new Set([0, 255]));
    for (const side of [0, 1, 2, 3]) {
      const widths = borders.map((border) => edgesOf(border)[side]!);
      expect(Math.min(...widths)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...widths)).toBeLessThan(0.1);
      expect(widths.reduce((sum, width) => sum + width, 0) / widths.length).toBeCloseTo(0.05, 2);
    }
    const [first, second] = [0, 2].map((side) => borders.map((border) => edgesOf(border)[side]! - 0.05));
    const covariance = first!.reduce((sum, width, i) => sum + width * second![i]!, 0) / borders.length;
    expect(Math.abs(covariance)).toBeLessThan(0.05 * (0.1 ** 2 / 12) * 4);
  });

  it("crops: every image, each edge of its own and up to the share", () => {
    const cuts = drawMany(section("{ crop: 0.2 }")).map(({ crop }) => edgesOf(crop!));
    for (const side of [0, 1, 2, 3]) {
      const shares = cuts.map((edges) => edges[side]!);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...shares)).toBeLessThan(0.2);
      expect(Math.max(...shares)).toBeGreaterThan(0.198);
    }
  });

  it("brightness: factors from the inverse of the largest up to it, as often up as down", () => {
    const factors = drawMany(section("{ brightness: 0.3 }")).map(({ brightness }) => brightness);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(1 / 1.3);
    expect(Math.max(...factors)).toBeLessThan(1.3);
    expect(Math.abs(factors.filter((factor) => factor > 1).length - 2000)).toBeLessThan(4 * 32);
  });

  it("is the same for the same generator, and another for another", () => {
    const recipe = section("{ crop: 0.2, brightness: 0.3, border: { width: 0.1, chance: 1 } }");
    const draw = (seed: number) => drawChanges(recipe, seedRandom(1), seedRandom(seed));
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it("changes nothing of the other changes, and raising one leaves the others as they were", () => {
    const old = section("{ zoom: 0.3, noise: 4, blur: 0.02 }");
    const framed = section(
      "{ zoom: 0.3, noise: 4, blur: 0.02, crop: 0.1, brightness: 0.2, border: { width: 0.1 } }",
    );
    for (let i = 0; i < 50; i++) {
      const draw = (recipe: AugmentRecipe) => drawChanges(recipe, seedRandom(3, i), seedRandom(4, i));
      const { brightness, crop, border, ...rest } = draw(framed);
      expect({ ...rest, brightness: 1, crop: undefined, border: undefined }).toEqual(draw(old));
      expect(draw({ ...framed, border: { width: 0.1, chance: 0 } })).toMatchObject({ brightness, crop });
      if (border) expect(draw({ ...framed, crop: 0.3 }).border).toEqual(border);
    }
  });

  it("recipes that do not name them get the batch that they always got", () => {
    const augmented = section(
      "{ shift: 0.1, zoom: 0.2, rotate: 15, aspect: 0.3, gamma: 0.5, blur: 0.03, noise: 8, erase: 0.2, scale: { down: 0.5, up: 1.5 }, jpegQuality: 40 }",
    );
    const pixels = Uint16Array.from(wave(32).pixels, (level) => Math.round(level * LEVELS));
    const shared = new Uint16Array(new SharedArrayBuffer(2 * 4 * pixels.length));
    for (let row = 0; row < 4; row++) shared.set(pixels, row * pixels.length);
    const input = { width: 16, height: 16, channels: 1, normalise: { kind: "per-image" } } as const;
    const { inputs } = makeBatch(
      {
        pixels: { input, side: 32, pixels: shared, labels: Uint8Array.of(0, 1, 0, 1) },
        augment: augmented,
        batch: 4,
        seed: 7,
      },
      3,
      0,
    );
    // As it was before recipes had these keys.
    const expected = [
      1.3521, -0.6884, -1.7018, 1.2557, 0.438, -1.4238, -1.5633, 0.4019, 1.3887, -0.6449, -2.3602,
    ];
    const found = [...inputs.filter((_, i) => i % 100 === 7)];
    expect(found).toHaveLength(expected.length);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 3);
  });
});
