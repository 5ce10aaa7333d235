import fc from "fast-check";
import { expect, test } from "vitest";
import { assignStreams, firstEpochOf, type StreamName } from "../../../training/compression/streams.ts";

const HOMES = { cluster: 1e6, tuning: 2e6, quantise: 3e6, moments: 3e6, miracle: 4e6 };
const NAMES = Object.keys(HOMES) as StreamName[];

test("alone in a chain, a stream is where it has always been", () => {
  for (const name of NAMES) {
    expect(firstEpochOf(name)).toBe(HOMES[name]);
    expect(assignStreams([[name]])).toEqual([{ [name]: HOMES[name] }]);
  }
});

test("no two streams of a chain, nor fitting, have an epoch in common, whatever the chain", () => {
  const chain = fc.array(fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 }), { maxLength: 16 });
  fc.assert(
    fc.property(chain, (stages) => {
      const assigned = assignStreams(stages);
      expect(assigned.map((streams) => Object.keys(streams))).toEqual(stages);
      const epochs = [0, ...assigned.flatMap((streams) => Object.values(streams))].toSorted((a, b) => a - b);
      for (const [at, epoch] of epochs.slice(1).entries()) {
        expect(epoch - epochs[at]!).toBeGreaterThanOrEqual(1e6);
        expect(epoch).toBeLessThan(2 ** 32); // names of a seeded draw
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("factorisation and quantisation in one recipe see batches of their own", () => {
  expect(assignStreams([["moments", "tuning"], ["quantise"]])).toEqual([
    { moments: 3e6, tuning: 2e6 },
    { quantise: 5e6 },
  ]);
});
