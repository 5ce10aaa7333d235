import { createHash } from "node:crypto";
import type { Radiograph } from "@radlite/training/data";
import { expect, test } from "vitest";
import { findLookGroups } from "../../../../training/data/groups/find.ts";
import { groupLooks } from "../../../../training/data/groups/group-looks.ts";
import { describeLook, LOOK, LOOK_SIDE } from "../../../../training/data/groups/look.ts";

const at = (name: string) => LOOK.indexOf(name);

/** A body of its own for each number: a bright ellipse, two dark lungs in it, and noise that follows from it. */
function drawChest(number: number, { lungs = 60, marked = false, smooth = false } = {}): Float32Array {
  const random = (x: number) => {
    const value = Math.sin(12.9898 * x + 78.233 * number) * 43_758.5453;
    return value - Math.floor(value);
  };
  const size = 0.24 + 0.04 * random(1);
  const pixels = Float32Array.from({ length: LOOK_SIDE ** 2 }, (_, index) => {
    const x = (index % LOOK_SIDE) / LOOK_SIDE - 0.5;
    const y = Math.floor(index / LOOK_SIDE) / LOOK_SIDE - 0.5;
    const body = (x / 0.45) ** 2 + (y / 0.6) ** 2 < 1 ? 150 : 10;
    const lung = ((Math.abs(x) - 0.16) / 0.1) ** 2 + (y / size) ** 2 < 1 ? lungs : body;
    return lung + (smooth ? 0 : 12 * random(index));
  });
  if (marked) for (let y = 10; y < 40; y++) pixels.fill(255, y * LOOK_SIDE + 10, y * LOOK_SIDE + 14);
  return pixels;
}

test("there is one number for each name, and each kind of look moves its own", () => {
  const plain = describeLook(drawChest(1));
  expect(plain).toHaveLength(LOOK.length);
  expect(new Set(LOOK).size).toBe(LOOK.length);
  const marked = describeLook(drawChest(1, { marked: true }));
  expect(marked[at("marks top left")]! - plain[at("marks top left")]!).toBeGreaterThan(20);
  for (const place of ["top right", "bottom left", "bottom right"]) {
    expect(marked[at(`marks ${place}`)]).toBe(plain[at(`marks ${place}`)]);
  }
  const smooth = describeLook(drawChest(1, { smooth: true }));
  expect(smooth[at("finest detail in the lungs")]).toBeLessThan(plain[at("finest detail in the lungs")]! - 1);
});

test("what the lungs show moves none of the levels outside them", () => {
  const [healthy, ill] = [60, 130].map((lungs) => describeLook(drawChest(3, { lungs })));
  const outside = LOOK.filter((name) => /^(level of|marks)/.test(name));
  for (const name of outside) expect(ill![at(name)], name).toBeCloseTo(healthy![at(name)]!, 5);
});

const radiograph = (number: number, label: 0 | 1): Radiograph => ({
  file: `${label}/${number}.png`,
  path: `/none/${number}.png`,
  sha256: createHash("sha256").update(`${number}`).digest("hex"),
  label,
  patient: `p${number >> 1}`,
});

/** 60 with a marker, 57 of them ill, and 180 without, 60 of them ill. */
const planted = Array.from({ length: 240 }, (_, number) => {
  const marked = number % 4 === 0;
  const isIll = marked ? number % 80 !== 0 : number % 3 === 0;
  return {
    image: radiograph(number, isIll ? 1 : 0),
    look: describeLook(drawChest(number, { marked })),
    marked,
  };
});

test("a planted group is found whole, by no label, with its share beside the rest's", () => {
  const check = findLookGroups(
    planted.map(({ image }) => image),
    planted.map(({ look }) => look),
  )!;
  const marked = new Set(planted.filter((one) => one.marked).map(({ image }) => image.file));
  const groups = check.groups.filter(({ files }) => files.some((file) => marked.has(file)));

  expect(groups.flatMap(({ files }) => files).sort()).toEqual([...marked].sort());
  const [normal, ill] = [0, 1].map((label) => groups.reduce((sum, { images }) => sum + images[label]!, 0));
  expect([normal, ill]).toEqual([3, 57]);
  expect(groups.flatMap(({ apart }) => apart.map(({ name }) => name)).join()).toMatch(/top left|top edge/);
  expect(groups.some(({ isTelling }) => isTelling)).toBe(true);
  expect(check.auc.value).toBeGreaterThan(0.65);
  // by the numbers that cross-fitting and the set looks have for them, whatever comes first here
  const { of } = groupLooks(planted.map(({ look }) => look));
  const numberOf = new Map(planted.map(({ image }, at) => [image.file, of[at]! + 1]));
  for (const { group, files } of check.groups) {
    expect(new Set(files.map((file) => numberOf.get(file)))).toEqual(new Set([group]));
  }
  expect(check.groups.map(({ group }) => group)).not.toEqual(check.groups.map((_, at) => at + 1));
});

test("groups do not depend on labels, and a look that foretells nothing ranks at chance", () => {
  const looks = planted.map(({ look }) => look);
  const images = planted.map(({ image }, number) => ({ ...image, label: (number % 8 < 4 ? 1 : 0) as 0 | 1 }));
  const check = findLookGroups(images, looks)!;
  const shares = (groups: typeof check.groups) => groups.map(({ files }) => files.length).sort();
  const before = findLookGroups(
    planted.map(({ image }) => image),
    looks,
  )!;
  expect(shares(check.groups)).toEqual(shares(before.groups));
  expect(check.auc.low).toBeLessThan(0.5);
});

test("the same looks give the same groups; too few, or all the same, give one", () => {
  const looks = planted.map(({ look }) => look);
  expect(groupLooks(looks).of).toEqual(groupLooks(looks).of);
  expect(groupLooks(looks.slice(0, 39)).middles).toHaveLength(1);
  expect(
    findLookGroups(
      planted.slice(0, 39).map(({ image }) => image),
      looks.slice(0, 39),
    ),
  ).toBeUndefined();
  const flat = Array.from({ length: 60 }, () => describeLook(new Float32Array(LOOK_SIDE ** 2).fill(7)));
  const same = findLookGroups(
    flat.map((_, number) => radiograph(number, number % 2 === 0 ? 1 : 0)),
    flat,
  );
  expect(same?.groups.some(({ isTelling }) => isTelling) ?? false).toBe(false);
});
