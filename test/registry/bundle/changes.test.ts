import { digestCases, digestImages, groupByChange } from "@radlite/registry/bundle";
import { expect, test } from "vitest";
import { hash } from "../log/sample-events.ts";

const images = [hash(1), hash(2), hash(2)].map((sha256) => ({ sha256 }));
const under = (change: string) => images.map((image) => ({ ...image, change }));

test("a set counts each image once however often it was changed, and one that lies there twice twice", () => {
  expect(digestCases([...under("noise"), ...under("blurred")])).toBe(digestImages(images));
  expect(digestCases(images)).toBe(digestImages(images));
  expect(digestCases(images.slice(1))).not.toBe(digestCases(images.slice(0, 2)));
});

test("a change that was made to other images than the rest is refused by its name", () => {
  expect(() => digestCases([...under("noise"), ...under("blurred").slice(1)])).toThrow(
    "change blurred: expected the same radiographs as under noise, each as often",
  );
});

test("groups come in the order in which changes first occur", () => {
  const cases = [...under("b"), ...under("a"), ...under("b")];
  expect([...groupByChange(cases)].map(([change, { length }]) => [change, length])).toEqual([
    ["b", 6],
    ["a", 3],
  ]);
});
