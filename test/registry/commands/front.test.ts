import { digestOf } from "@radlite/registry/bundle";
import { readFront } from "@radlite/registry/commands";
import { memoryStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { openSample, register } from "./sample.ts";

const idsOf = (rows: Awaited<ReturnType<typeof readFront>>["rows"]) =>
  rows.map(({ judged }) => judged.map(({ version }) => version.number).join("+"));

test("cheapest first, with what nothing else beats in accuracy and in AUC", async () => {
  const { registry } = await openSample(memoryStore());
  await register(registry, { seed: 1, labels: 40, missed: 3 }); // larger and worse than the next
  await register(registry, { seed: 2, labels: 20, missed: 2 });
  await register(registry, { seed: 3, labels: 0, missed: 50 });
  await register(registry, { seed: 4, labels: 50 });

  const { rows, leftOut } = await readFront(registry, { on: "validation", by: "bytes" });

  expect(idsOf(rows)).toEqual(["3", "2", "1", "4"]);
  expect(rows.map(({ onFront }) => onFront.accuracy)).toEqual([true, true, false, true]);
  expect(rows[0]!.figures.accuracy).toEqual({ n: 1, mean: 250 / 300, low: 250 / 300, high: 250 / 300 });
  expect(leftOut).toEqual([]);
});

test("by another cost another front: with equal multiplications only the best is on it", async () => {
  const { registry } = await openSample(memoryStore());
  await register(registry, { seed: 1, labels: 0, missed: 3 });
  await register(registry, { seed: 2, labels: 20 });

  const { rows } = await readFront(registry, { on: "validation", by: "macs" });

  expect(rows.map(({ onFront, judged }) => [judged[0]!.version.number, onFront.accuracy])).toEqual([
    [1, false],
    [2, true],
  ]);
});

test("seeds of a recipe make one row, of a seed the latest counts, and other stages are another row", async () => {
  const { registry } = await openSample(memoryStore());
  await register(registry, { seed: 1, missed: 60 });
  await register(registry, { seed: 2, missed: 0, labels: 2 });
  await register(registry, { seed: 1, missed: 20, labels: 4, facts: { seed: 1 } });
  await register(registry, { seed: 3, missed: 10, labels: 6, facts: { stages: [] } });

  const { rows } = await readFront(registry, { on: "validation", by: "bytes", byRecipe: true });

  expect(idsOf(rows).toSorted()).toEqual(["3+2", "4"]);
  const { figures } = rows.find(({ judged }) => judged.length === 2)!;
  const [first, second] = [280 / 300, 1];
  expect(figures.accuracy.mean).toBeCloseTo((first + second) / 2, 12);
  expect(figures.accuracy.deviation).toBeCloseTo((second - first) / Math.SQRT2, 12);
});

test("versions of a recipe that spared other layers are rows of their own", async () => {
  const { registry } = await openSample(memoryStore());
  const stage = { name: "cluster", summary: {} };
  await register(registry, { seed: 1, facts: { stages: [{ ...stage, options: { bits: 4 } }] } });
  await register(registry, { seed: 2, facts: { stages: [{ ...stage, options: { bits: 4, pinned: [] } }] } });
  await register(registry, { seed: 3, facts: { stages: [{ ...stage, options: { bits: 4, pinned: [1] } }] } });

  const { rows } = await readFront(registry, { on: "validation", by: "bytes", byRecipe: true });

  expect(idsOf(rows).toSorted()).toEqual(["1+2", "3"]);
});

test("only what was judged on the same images is compared; another set can be asked for", async () => {
  const { registry } = await openSample(memoryStore());
  await register(registry, { seed: 1, otherImages: true });
  await register(registry, { seed: 2 });
  await register(registry, { seed: 3 });

  const { rows, leftOut, images } = await readFront(registry, { on: "validation", by: "bytes" });

  expect(idsOf(rows).toSorted()).toEqual(["2", "3"]);
  expect(leftOut.map(({ number }) => number)).toEqual([1]);
  expect(images).not.toBe(digestOf("training images"));
  await expect(readFront(registry, { on: "validation", by: "bytes", model: "knee-xray" })).rejects.toThrow(
    'model "knee-xray" does not exist; there are: chest-xray',
  );
  expect((await readFront(registry, { on: "test", by: "bytes" })).rows).toEqual([]);
});
