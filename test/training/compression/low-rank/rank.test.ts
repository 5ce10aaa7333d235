import { expect, test } from "vitest";
import { chooseRank } from "../../../../training/compression/low-rank/rank.ts";

const ENERGIES = Float64Array.of(16, 9, 4, 1);

test.each([
  [0.5, 1, 1], // 16 of 30
  [0.54, 1, 2],
  [0.8, 1, 2], // 25 of 30
  [0.9, 1, 3],
  [0.97, 1, 4],
  [1, 1, 4],
  [0.8, 2, 3], // two modes: 3 of 30 may go, where one may lose 6
  [0.54, 2, 2],
])("energy %d in one of %d modes keeps rank %d of 16, 9, 4, 1", (share, modes, rank) => {
  expect(chooseRank(ENERGIES, 9, { kind: "energy", share }, modes)).toBe(rank);
});

test("all energy needs no component without any, and zeros need one", () => {
  const all = { kind: "energy", share: 1 } as const;

  expect(chooseRank(Float64Array.of(5, 3, 0, 0), 9, all, 1)).toBe(2);
  expect(chooseRank(new Float64Array(4), 9, all, 1)).toBe(1);
});

test("noise alone keeps one component by VBMF", () => {
  expect(chooseRank(Float64Array.of(1.2, 1.1, 1, 0.9), 8, { kind: "vbmf" }, 1)).toBe(1);
});
