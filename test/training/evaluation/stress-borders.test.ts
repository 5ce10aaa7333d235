import type { PixelSet } from "@radlite/training/data";
import { changeInputs, STRESS_CHANGES } from "@radlite/training/evaluation";
import { expect, test } from "vitest";
import { wave } from "../data/augment/pictures.ts";

/** Steps of a stored pixel in a grey level. */
const LEVELS = 256;
const SIDE = 64;

function setOf(trim: boolean): PixelSet {
  const stored = 2 * SIDE;
  const pixels = new Uint16Array(new SharedArrayBuffer(2 * stored * stored));
  wave(stored).pixels.forEach((level, i) => {
    pixels[i] = Math.round(level * LEVELS);
  });
  const size = { width: SIDE, height: SIDE, channels: 1 as const };
  return {
    input: {
      ...size,
      ...(trim ? { trim } : {}),
      normalise: { kind: "fixed", order: "rgb", mean: [0], scale: [1] },
    },
    ...{ side: stored, pixels, labels: Uint8Array.of(1), images: [], unreadable: [] },
  };
}

test.each(["black-border", "white-border"] as const)(
  "%s: bars at all four edges, which a network that trims never sees",
  (name) => {
    const changes = STRESS_CHANGES[name];
    const plain = changeInputs(setOf(false), {});
    const seen = changeInputs(setOf(false), changes);
    const trimmed = changeInputs(setOf(true), changes);

    for (let i = 0; i < SIDE; i++)
      for (const at of [i, (SIDE - 1) * SIDE + i, i * SIDE, i * SIDE + SIDE - 1])
        expect(seen[at]).toBe(changes.border.level);
    // What squashing by three pixels of 128 at each edge and stretching again moves: two grey levels.
    for (const [i, level] of trimmed.entries()) expect(Math.abs(level - plain[i]!)).toBeLessThan(2);
  },
);
