import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IN_PLACE, stretch, warp } from "../../../../training/data/augment/warp.ts";
import { at, differ, paint, scatter, wave } from "./pictures.ts";

const SIDE = 33; // odd: the centre is a pixel
const dot = (x: number, y: number) => paint(SIDE, (px, py) => (px === x && py === y ? 200 : 0));

describe("warp", () => {
  it("is the identity in place", () => {
    const picture = scatter(SIDE, 1, 3);

    expect(warp(picture, IN_PLACE)).toEqual(picture);
  });

  it("moves a pixel right and down by a shift of whole pixels", () => {
    const moved = warp(dot(10, 20), { ...IN_PLACE, shiftX: 3 / SIDE, shiftY: -4 / SIDE });

    expect(at(moved, 13, 16)).toBeCloseTo(200, 2);
    expect(differ(moved, dot(13, 16))).toBeLessThan(0.01);
  });

  it("turns clockwise: what was right of the centre comes below it", () => {
    expect(differ(warp(dot(16 + 9, 16), { ...IN_PLACE, angle: Math.PI / 2 }), dot(16, 16 + 9))).toBeLessThan(
      0.01,
    );
  });

  it("doubles distances from the centre at zoom 2", () => {
    const zoomed = warp(dot(16 + 5, 16 - 3), { ...IN_PLACE, zoom: 2 });

    expect(at(zoomed, 16 + 10, 16 - 6)).toBeCloseTo(200, 2);
  });

  it("stretches width and shrinks height by the root of the aspect", () => {
    const ramp = paint(SIDE, (x, y) => 3 * x + 2 * y);
    const wide = warp(ramp, { ...IN_PLACE, aspect: 4 / 3 });

    expect(at(wide, 20, 16) - at(wide, 16, 16)).toBeCloseTo((4 * 3) / Math.sqrt(4 / 3), 3);
    expect(at(wide, 16, 20) - at(wide, 16, 16)).toBeCloseTo(4 * 2 * Math.sqrt(4 / 3), 3);
  });

  it("is undone by the opposite placement, up to interpolation", () => {
    const picture = wave(64);
    const there = warp(picture, { ...IN_PLACE, angle: 0.2, zoom: 1.1 });
    const back = warp(there, { ...IN_PLACE, angle: -0.2, zoom: 1 / 1.1 });

    expect(differ(picture, there, 12)).toBeGreaterThan(5);
    expect(differ(picture, back, 12)).toBeLessThan(0.3);
  });

  it("never leaves the range of the picture", () => {
    const picture = scatter(16, 2);
    const low = Math.min(...picture.pixels);
    const high = Math.max(...picture.pixels);
    const share = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    const factor = fc.double({ min: 0.5, max: 2, noNaN: true });

    fc.assert(
      fc.property(share, share, factor, share, factor, (shiftX, shiftY, zoom, angle, aspect) => {
        const { pixels } = warp(picture, { shiftX, shiftY, zoom, angle, aspect });
        return pixels.every((value) => value >= low - 1e-4 && value <= high + 1e-4);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

describe("stretch", () => {
  it("keeps a ramp a ramp, with pixel centres in place", () => {
    const doubled = stretch(
      paint(8, (x) => 10 * x),
      16,
    );

    expect([...doubled.pixels.slice(0, 6)]).toEqual([0, 2.5, 7.5, 12.5, 17.5, 22.5]);
  });

  it("is the identity at the same side", () => {
    expect(stretch(scatter(9, 3), 9)).toEqual(scatter(9, 3));
  });
});
