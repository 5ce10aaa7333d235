import { createHash } from "node:crypto";
import { openBatchSource, type PixelSet } from "@radlite/training/data";
import { parseRecipe } from "@radlite/training/recipes";
import { describe, expect, it } from "vitest";
import { type BatchPlan, countClasses, makeBatch } from "../../../../training/data/batch.ts";
import { countShowings, drawOrder } from "../../../../training/data/groups/balance.ts";
import { drawOtherLook, listLooks } from "../../../../training/data/groups/other-look.ts";
import { seedRandom } from "../../../../training/data/random.ts";

const RECIPE = `name: tiny
description: Every augmentation at once.
architecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }
input: { size: 16 }
fit: { epochs: 2, batch: 4, seed: 7 }
augment: { shift: 0.1, zoom: 0.2, rotate: 15, aspect: 0.2, gamma: 0.5, blur: 0.05, noise: 8, erase: 0.2,
  scale: { down: 0.5, up: 1.5 }, jpegQuality: 20, chance: 0.5 }
`;
const SIDE = 32;
const parse = (groups: string) => parseRecipe(`${RECIPE}${groups}`, "tiny.yaml");

/** Dark pictures of group 0 are NORMAL but for one, bright ones of group 1 PNEUMONIA but for one. */
const LABELS = Uint8Array.from([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0]);
const GROUPS = Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);

function createPixels(): PixelSet {
  const n = LABELS.length;
  const pixels = new Uint16Array(new SharedArrayBuffer(n * SIDE * SIDE * 2));
  for (let at = 0; at < pixels.length; at++) {
    const image = Math.floor(at / (SIDE * SIDE));
    const ramp = ((at % SIDE) * (image + 3)) % 100;
    pixels[at] = (ramp + 120 * GROUPS[image]!) * 256;
  }
  return {
    input: {
      height: 16,
      width: 16,
      channels: 1,
      normalise: { kind: "fixed", order: "rgb", mean: [0], scale: [1] },
    },
    side: SIDE,
    pixels,
    labels: LABELS,
    images: [],
    unreadable: [],
    groups: GROUPS,
  };
}

function plan(groups: string, augment = parse("").augment): BatchPlan {
  const recipe = parse(groups);
  return { pixels: createPixels(), augment, batch: 4, seed: 7, groups: recipe.groups };
}

const hash = ({ inputs, rows }: ReturnType<typeof makeBatch>) =>
  createHash("sha256")
    .update(new Uint8Array(inputs.buffer))
    .update(new Uint8Array(rows.buffer))
    .digest("hex");

describe("a recipe without groups", () => {
  it("gives the batches that it gave before there was such a key, to the bit", () => {
    expect(hash(makeBatch(plan(""), 1, 1))).toBe(
      "696ed3c1726d59c86ef453d720ad7cb1f77e0b133a12acf208e8adcc14cba0bc",
    );
  });
});

describe("groups.retone", () => {
  const still = parseRecipe(RECIPE.replace(/augment:[^}]*\}[^}]*\}/, ""), "still.yaml").augment;
  const mean = (inputs: Float32Array, at: number) => {
    const one = inputs.subarray(at * 256, (at + 1) * 256);
    return one.reduce((sum, level) => sum + level, 0) / one.length;
  };

  it("gives a picture the levels of one of the other class", () => {
    const always = plan("groups: { retone: { chance: 1, towards: other-class } }", still);
    const never = plan("groups: { retone: { chance: 0, towards: other-class } }", still);
    const changed = new Map<number, number>();
    for (let epoch = 0; epoch < 60; epoch++) {
      const [own, other] = [makeBatch(never, epoch, 0), makeBatch(always, epoch, 0)];
      expect(other.rows).toEqual(own.rows);
      own.rows.forEach((row, at) => {
        changed.set(
          row,
          Math.max(changed.get(row) ?? 0, Math.abs(mean(other.inputs, at) - mean(own.inputs, at))),
        );
      });
    }
    // Either class has a picture in each group, so that every one is now and then seen in the other group's levels.
    for (const [, most] of changed) expect(most).toBeGreaterThan(50);
  });

  it("draws groups alike, however large they are, and never from the picture's own class if asked not to", () => {
    const labels = Uint8Array.from({ length: 100 }, (_, row) => row % 2);
    const groups = Uint8Array.from({ length: 100 }, (_, row) => (row < 96 ? 0 : 1));
    const looks = listLooks(groups, labels);
    const rule = { chance: 1, towards: "other-class" } as const;
    const drawn = Array.from(
      { length: 2000 },
      (_, at) => drawOtherLook(1, rule, looks, seedRandom(3, at))!.row,
    );
    expect(drawn.every((row) => labels[row] === 0)).toBe(true);
    const rare = drawn.filter((row) => groups[row] === 1).length / drawn.length;
    expect(rare).toBeGreaterThan(0.45);
    expect(rare).toBeLessThan(0.55);
  });
});

describe("groups.balance", () => {
  it("shows the classes of each group alike, up to a most, and as many pictures as there are", () => {
    const showings = countShowings(GROUPS, LABELS, { most: 100 });
    const sum = (group: number, label: number) =>
      showings.reduce((all, one, row) => all + (GROUPS[row] === group && LABELS[row] === label ? one : 0), 0);
    expect(sum(0, 0)).toBeCloseTo(sum(0, 1), 9);
    expect(sum(1, 0)).toBeCloseTo(sum(1, 1), 9);
    expect(showings.reduce((all, one) => all + one, 0)).toBeCloseTo(LABELS.length, 9);
    const capped = countShowings(GROUPS, LABELS, { most: 2 });
    expect(capped[5]! / capped[0]!).toBeCloseTo(2, 9);
    expect(countClasses(plan("groups: { balance: { most: 100 } }"))[1]).toBeCloseTo(
      showings.reduce((all, one, row) => all + one * LABELS[row]!, 0),
      9,
    );
  });

  it("draws each row its mean number of times, rounded down or up", () => {
    const showings = countShowings(GROUPS, LABELS, { most: 3 });
    const seen = new Float64Array(LABELS.length);
    const epochs = 400;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const { rows, copies } = drawOrder(showings, [1, epoch]);
      expect(rows).toHaveLength(LABELS.length);
      const shown = new Uint32Array(LABELS.length);
      for (const row of rows) shown[row]!++;
      shown.forEach((count, row) => {
        expect(Math.abs(count - showings[row]!)).toBeLessThan(1 + 1e-9);
        seen[row]! += count / epochs;
      });
      const names = rows.reduce((set, row, at) => set.add(`${row} ${copies[at]}`), new Set<string>());
      expect(names.size).toBe(LABELS.length);
    }
    seen.forEach((mean, row) => {
      expect(mean).toBeCloseTo(showings[row]!, 1);
    });
  });
});

describe("groups.balance by weights", () => {
  it("draws as without, and has each image weigh what it would be drawn", () => {
    const batch = makeBatch(plan("groups: { balance: { most: 3, by: weights } }"), 1, 1);
    const { weights, ...rest } = batch;

    expect(rest).toEqual(makeBatch(plan(""), 1, 1));
    const showings = countShowings(GROUPS, LABELS, { most: 3 });
    expect([...weights!]).toEqual([...batch.rows].map((row) => expect.closeTo(showings[row]!, 6)));
    expect(countClasses(plan("groups: { balance: { most: 3, by: weights } }"))).toEqual(
      countClasses(plan("groups: { balance: { most: 3 } }")), // so that classes are weighed by what is weighed
    );
  });

  it("is refused beside a loss that weighs images itself", () => {
    expect(() => parse("groups: { balance: { by: weights }, robust: {} }")).toThrow(
      /groups.balance.by is "weights"; allowed: draws or left out, where robust weighs the images/,
    );
  });
});

describe("both", () => {
  it("come from batch threads as from the pure function", async () => {
    const groups = "groups: { retone: { chance: 0.7 }, balance: {} }";
    const source = await openBatchSource(createPixels(), parse(groups));
    try {
      for (const [epoch, step] of [
        [0, 1],
        [3, 0],
      ] as const) {
        expect(await source.batch(epoch, step)).toEqual(makeBatch(plan(groups), epoch, step));
      }
      expect(source.counts).toEqual(countClasses(plan(groups)));
    } finally {
      await source.close();
    }
  });

  it("are refused in words where the section says nothing or something else", () => {
    expect(() => parse("groups: {}")).toThrow(
      /groups is a map; allowed: a map with retone, balance or robust/,
    );
    expect(() => parse("groups: { retone: { towards: other } }")).toThrow(
      /groups.retone.towards is "other"; allowed: one of any, other-class/,
    );
    expect(() => parse("groups: { balance: { most: 0 } }")).toThrow(/a number from 1 to 100/);
  });
});
