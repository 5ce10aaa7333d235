import { describeParts, encodeNetwork, measureEntropy, open, reportTensors } from "@radlite/model/format";
import { expect, test } from "vitest";
import { ALL_CODINGS } from "../coded-tensors.ts";
import { randomNetwork } from "../networks.ts";

test("entropy of four equal symbols is two bits, of a lone one none", () => {
  expect(measureEntropy([5, 5, 5, 5])).toBeCloseTo(2, 12);
  expect(measureEntropy([7])).toBe(0);
  expect(measureEntropy([1, 0, 3])).toBeCloseTo(0.25 * 2 + 0.75 * Math.log2(4 / 3), 12);
});

test("a tensor's figures are counted from its values", () => {
  const values = Float32Array.of(0, 0.5, 0, -1, 0.5, 0, 0, 0.5);

  const [report] = reportTensors({ tensors: [{ shape: [2, 4], values, coding: { kind: "f32" } }] }, [
    { name: "header", bytes: 7 },
    { name: "weights", tensor: 0, bytes: 32 },
  ]);

  const { entropyBits, ...counts } = report!;
  expect(counts).toEqual({
    tensor: 0,
    shape: [2, 4],
    coding: "f32",
    weights: 8,
    nonZeros: 4,
    distinct: 3,
    bytes: 32,
  });
  expect(entropyBits).toBeCloseTo(0.5 * 1 + 0.375 * Math.log2(8 / 3) + 0.125 * 3, 12);
});

test("bytes of the tensors and of the other parts add up to the file, in every coding", () => {
  for (let seed = 0; seed < 30; seed++) {
    const file = encodeNetwork(randomNetwork(seed, 12, ALL_CODINGS));
    const parts = describeParts(file);

    const reports = reportTensors(open(file).network, parts);

    const others = parts.filter(({ tensor }) => tensor === undefined);
    expect([...reports, ...others].reduce((sum, { bytes }) => sum + bytes, 0)).toBe(file.length);
    for (const { bytes } of reports) expect(bytes).toBeGreaterThan(0);
  }
});
