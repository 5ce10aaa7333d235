import type { Network } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createWeightPruner } from "../../../../training/compression/pruning/weights.ts";
import { createNumbers, residualNetwork } from "../../../model/networks.ts";

const OPTIONS = { scope: "layer", pinned: [] } as const;

const copyValues = ({ tensors }: Network) => tensors.map(({ values }) => values.slice());
const countZeros = (values: Float32Array) =>
  values.reduce((zeros, value) => zeros + (value === 0 ? 1 : 0), 0);

/** Tensors of weights, biases left out. */
const weightsOf = ({ nodes }: Network) => nodes.flatMap((node) => ("weights" in node ? [node.weights] : []));

const network = residualNetwork(4);
const weights = weightsOf(network);

function prune(share: number, options: Parameters<typeof createWeightPruner>[1] = OPTIONS): Float32Array[] {
  const values = copyValues(network);
  const pruner = createWeightPruner(network, options);
  pruner.grow(values, share);
  pruner.project(values);
  return values;
}

test("in every layer the share of zeros is that asked for to within one weight, and biases stay", () => {
  for (const share of [0.1, 0.37, 0.5, 0.9, 0.98]) {
    const values = prune(share);

    values.forEach((array, at) => {
      if (!weights.includes(at)) expect(array).toEqual(network.tensors[at]!.values);
      else expect(Math.abs(countZeros(array) - share * array.length)).toBeLessThan(1);
    });
  }
});

test("what goes is smaller than what stays, and what stays is as it was", () => {
  const values = prune(0.8);

  for (const at of weights) {
    const before = network.tensors[at]!.values;
    const gone = before.filter((_, i) => values[at]![i] === 0).map(Math.abs);
    const kept = before.filter((_, i) => values[at]![i] !== 0);
    expect(Math.max(...gone)).toBeLessThanOrEqual(Math.min(...kept.map(Math.abs)));
    expect(values[at]!.filter((value) => value !== 0)).toEqual(kept);
  }
});

test("globally the share is one of all weights, and layers of small weights lose more", () => {
  const values = prune(0.7, { scope: "global", pinned: [] });

  const total = weights.reduce((sum, at) => sum + values[at]!.length, 0);
  const zeros = weights.reduce((sum, at) => sum + countZeros(values[at]!), 0);
  const gone = weights.flatMap((at) => [
    ...network.tensors[at]!.values.filter((_, i) => values[at]![i] === 0),
  ]);
  const kept = weights.flatMap((at) => [...values[at]!.filter((value) => value !== 0)]);
  expect(Math.abs(zeros - 0.7 * total)).toBeLessThan(1);
  expect(gone.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThanOrEqual(
    kept.reduce((least, value) => Math.min(least, Math.abs(value)), 1),
  );
  const shares = weights.map((at) => countZeros(values[at]!) / values[at]!.length);
  expect(Math.max(...shares)).toBeGreaterThan(Math.min(...shares) + 0.3);
});

test("pinned layers stay, and the others alone make the share", () => {
  for (const scope of ["layer", "global"] as const) {
    const values = prune(0.6, { scope, pinned: [1] });

    expect(values[weights[0]!]).toEqual(network.tensors[weights[0]!]!.values);
    const others = weights.slice(1).map((at) => values[at]!);
    const total = others.reduce((sum, array) => sum + array.length, 0);
    const zeros = others.reduce((sum, array) => sum + countZeros(array), 0);
    expect(Math.abs(zeros - 0.6 * total)).toBeLessThan(others.length);
  }
});

test("what is masked stays masked however the values move, and a mask only grows", () => {
  const shares = fc.array(fc.double({ min: 0, max: 0.98, noNaN: true }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(shares, fc.nat(1e6), (asked, seed) => {
      const numbers = createNumbers(seed);
      const values = copyValues(network);
      const pruner = createWeightPruner(network, OPTIONS);
      let gone = weights.map(() => new Set<number>());
      for (const share of asked) {
        for (const array of values) array.set(numbers.floats(array.length, 1)); // as wild as training may be
        pruner.project(values);
        pruner.grow(values, share);
        pruner.project(values);
        const now = weights.map((at) => new Set([...values[at]!.keys()].filter((i) => values[at]![i] === 0)));
        now.forEach((zeros, layer) => {
          for (const at of gone[layer]!) expect(zeros.has(at)).toBe(true);
        });
        gone = now;
      }
      const most = Math.max(...asked);
      gone.forEach((zeros, layer) => {
        expect(zeros.size).toBe(Math.round(most * values[weights[layer]!]!.length));
      });
    }),
    { numRuns: 8, seed: 52 },
  );
}, 60_000);

test("weights that are zero from the start count, and stay zero", () => {
  const before = prune(0.5);
  const tensors = network.tensors.map((tensor, at) => ({ ...tensor, values: before[at]! }));
  const pruner = createWeightPruner({ ...network, tensors }, OPTIONS);
  const values = before.map((array) => array.map((value) => value + 1));

  pruner.grow(values, 0.3);
  pruner.project(values);

  for (const at of weights) {
    expect(values[at]!.map((value) => (value === 0 ? 0 : 1))).toEqual(
      before[at]!.map((value) => (value === 0 ? 0 : 1)),
    );
  }
});
