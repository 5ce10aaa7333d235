import fc from "fast-check";
import { expect, test } from "vitest";
import { coverAxis } from "../../../model/input/coverage.ts";
import { rowsOf } from "../../../model/input/raster.ts";
import { resizePlain } from "../../../model/input/resize-plain.ts";
import { resizeWasm } from "../../../model/input/resize-wasm.ts";
import { createNumbers } from "../networks.ts";

test("kernels and TypeScript resize to the same bits, bytes and floats, shrinking and enlarging", () => {
  const side = fc.integer({ min: 1, max: 90 });
  fc.assert(
    fc.property(
      ...[side, side, side, side, fc.constantFrom<1 | 3>(1, 3), fc.boolean(), fc.nat()],
      (width, height, toWidth, toHeight, channels, isDeep, seed) => {
        const floats = createNumbers(seed)
          .floats(width * height * channels, 127.5)
          .map((x) => x + 127.5);
        const source = rowsOf({ width, height, channels, pixels: isDeep ? floats : Uint8Array.from(floats) });
        const rows = coverAxis(height, toHeight);
        const columns = coverAxis(width, toWidth);

        const fast = resizeWasm(source, rows, columns);

        expect(fast).toEqual(resizePlain(source, rows, columns));
      },
    ),
    { seed: 30, numRuns: 60 },
  );
});

test("a long row after a short one: the memory grows and keeps nothing of the last picture", () => {
  for (const width of [40, 9_999, 40]) {
    const raster = {
      width,
      height: 33,
      channels: 3 as const,
      pixels: new Uint8Array(width * 33 * 3).fill(200),
    };

    const pixels = resizeWasm(rowsOf(raster), coverAxis(33, 2), coverAxis(width, 2));

    expect([...pixels!]).toEqual(new Array(12).fill(200));
  }
});
