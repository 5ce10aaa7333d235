import { decodeSeeded, drawCandidates, drawPlaces, drawSigns } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createHashing,
  gatherFree,
  projectWeights,
  spreadFree,
} from "../../../../training/compression/miracle/hashing.ts";
import { drawUniform } from "../../networks.ts";

test("weights are repeated free values with the seed's signs, tensor after tensor", () => {
  const hashing = createHashing(
    [
      { count: 5, group: 2 },
      { count: 2, group: 1 },
    ],
    7,
  );

  const [first, second] = spreadFree(hashing, Float32Array.of(1, 2, 3, 4, 5));

  expect([...hashing.tensorOf]).toEqual([0, 0, 0, 1, 1]);
  const signs = [drawSigns(7, 0), drawSigns(7, 1)];
  expect([...first!]).toEqual([1, 1, 2, 2, 3].map((value, i) => value * signs[0]!(i)));
  expect([...second!]).toEqual([4 * signs[1]!(0), 5 * signs[1]!(1)]);
});

test("gathering is the transpose of spreading: <spread(v), w> = <v, gather(w)>", () => {
  const tensors = fc.array(
    fc.record({ count: fc.integer({ min: 1, max: 40 }), group: fc.integer({ min: 1, max: 5 }) }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(tensors, fc.nat({ max: 1000 }), (shapes, seed) => {
      const hashing = createHashing(shapes, seed);
      const free = drawUniform(hashing.free, seed + 1);
      const weights = shapes.map(({ count }, at) => drawUniform(count, seed + 2 + at));

      const [spread, gathered] = [spreadFree(hashing, free), gatherFree(hashing, weights)];

      let [left, right] = [0, 0];
      spread.forEach((values, at) => {
        values.forEach((value, i) => {
          left += value * weights[at]![i]!;
        });
      });
      free.forEach((value, at) => {
        right += value * gathered[at]!;
      });
      expect(Math.abs(left - right)).toBeLessThan(1e-9 * (1 + Math.abs(left)));
    }),
    { numRuns: 200, seed: 4 },
  );
});

test("groups of one keep the weights; larger ones keep what they had in common, and the weights' size", () => {
  const weights = drawUniform(4000, 3);
  const single = createHashing([{ count: 4000, group: 1 }], 5);
  expect(spreadFree(single, projectWeights(single, [weights]))).toEqual([weights]);

  const hashing = createHashing([{ count: 4000, group: 4 }], 5);
  const [spread] = spreadFree(hashing, projectWeights(hashing, [weights]));

  const energy = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  expect(Math.abs(energy(spread!) / energy(weights) - 1)).toBeLessThan(0.15);
});

test("spreading coded values gives what the file decodes to", () => {
  const members = [
    { count: 7, group: 2, scale: 0.5 },
    { count: 3, group: 1, scale: 0.25 },
  ];
  const code = { seed: 11, bits: 4, choices: Uint32Array.of(3, 15), members };
  const hashing = createHashing(members, 11);
  const places = drawPlaces(11, 7); // four free values and three, in blocks of four and three
  const free = new Float32Array(7);
  places.forEach((place, position) => {
    const [row, column] = position < 4 ? [3, position] : [15, position - 4];
    free[place] = members[place < 4 ? 0 : 1]!.scale * drawCandidates(11, row)(column);
  });

  expect(spreadFree(hashing, free)).toEqual(decodeSeeded(code));
});
