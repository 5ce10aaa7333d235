import { describe, expect, it } from "vitest";
import { formRobustGroups, startRobust, updateRobust, weighImages } from "../../../training/fit/robust.ts";

/** Look 0: 60 NORMAL and 20 PNEUMONIA; look 1: 19 NORMAL and 61 PNEUMONIA, so its NORMAL are too few; look 2: 40 PNEUMONIA. */
const COUNTS: [look: number, label: number, images: number][] = [
  ...([[0, 0, 60] as const, [0, 1, 20] as const] as [number, number, number][]),
  ...([[1, 0, 19] as const, [1, 1, 61] as const] as [number, number, number][]),
  [2, 1, 40],
];
const spread = (at: 0 | 1) => Uint8Array.from(COUNTS.flatMap((row) => Array<number>(row[2]).fill(row[at]!)));
const [looks, labels] = [spread(0), spread(1)];

describe("formRobustGroups", () => {
  it("makes one of each look and class, and one of a class's images that are too few in their look", () => {
    const { of, shares } = formRobustGroups(looks, labels, { step: 0.1 });

    const rowOf = (look: number, label: number) =>
      looks.findIndex((one, row) => one === look && labels[row] === label);
    const groups = COUNTS.map(([look, label]) => of[rowOf(look, label)]!);
    expect(new Set(groups).size).toBe(5);
    expect(groups.map((group) => 200 * shares[group]!)).toEqual(
      [60, 20, 19, 61, 40].map((n) => expect.closeTo(n, 9)),
    );
  });

  it("shares are of what an epoch shows, where it shows some images oftener", () => {
    const showings = Float64Array.from(labels, (label) => (label === 1 ? 0.5 : 1 + 60.5 / 79));
    const { of, shares } = formRobustGroups(looks, labels, { step: 0.1, showings });

    expect(shares[of[labels.length - 1]!]).toBeCloseTo((0.5 * 40) / 200, 9);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it("puts what is too few in either look together", () => {
    const few = formRobustGroups(Uint8Array.of(0, 0, 1, 1), Uint8Array.of(0, 1, 0, 1), { step: 0.1 });
    expect([...few.of]).toEqual([0, 1, 0, 1]);
  });
});

describe("the weights of groups", () => {
  const groups = formRobustGroups(looks, labels, { step: 0.5 });
  const rows = Uint32Array.from(looks, (_, row) => row);

  it("weigh an image by its group's q over its share: 1 in the mean, and every group alike at the start", () => {
    const weights = weighImages(startRobust(groups), groups, rows);

    expect(weights.reduce((sum, weight) => sum + weight, 0) / weights.length).toBeCloseTo(1, 5);
    const sums = groups.shares.map((_, group) =>
      weights.reduce((sum, weight, row) => (groups.of[row] === group ? sum + weight : sum), 0),
    );
    for (const sum of sums) expect(sum).toBeCloseTo(looks.length / groups.shares.length, 3);
  });

  it("follow the loss of each group as the paper's update has it, and stand still for equal losses", () => {
    const q = startRobust(groups);
    const losses = Float64Array.from(rows, (row) => (groups.of[row] === 2 ? 2 : 0.25));
    updateRobust(q, groups, { rows, losses });

    const [own, other] = [Math.exp(0.5 * 2), Math.exp(0.5 * 0.25)];
    const total = own + 4 * other;
    expect([...q]).toEqual(
      [0, 1, 2, 3, 4].map((group) => expect.closeTo((group === 2 ? own : other) / total, 12)),
    );

    const before = [...q];
    updateRobust(q, groups, { rows, losses: losses.fill(0.7) });
    expect([...q]).toEqual(before.map((one) => expect.closeTo(one, 12)));
  });

  it("of groups that a batch lacks change by the sum alone", () => {
    const q = startRobust(groups);
    updateRobust(q, groups, { rows: Uint32Array.of(0, 1), losses: Float64Array.of(1, 3) });

    const [own, total] = [Math.exp(0.5 * 2), Math.exp(0.5 * 2) + 4];
    expect(q[groups.of[0]!]).toBeCloseTo(own / total, 12);
    expect(q[groups.of[199]!]).toBeCloseTo(1 / total, 12);
  });
});
