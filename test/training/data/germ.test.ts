import { readGerm } from "@radlite/training/data";
import { expect, test } from "vitest";

test.each([
  ["test/PNEUMONIA/person1_bacteria_1.jpeg", "bacteria"],
  ["person1000_virus_1681.jpeg", "virus"],
  ["PERSON7_VIRUS_2.png", "virus"],
  ["BACTERIA-1008087-0001.jpeg", "bacteria"],
  ["IM-0115-0001.jpeg", undefined],
  ["NORMAL2-IM-1427-0001.jpeg", undefined],
  ["virus/scan.jpeg", undefined],
])("%s: %s", (file, germ) => {
  expect(readGerm(file)).toBe(germ);
});
