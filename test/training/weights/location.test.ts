import { expect, test } from "vitest";
import { locateWeights } from "../../../training/weights/location.ts";

const RECIPE = { name: "mine", initial: { weights: "imagenet" } };

test("the command line goes before the setting", () => {
  const setting = "other=/b, imagenet = /a/weights.h5 ,third=/c=d";

  expect(locateWeights(RECIPE, { given: "/mine", setting })).toBe("/mine");
  expect(locateWeights(RECIPE, { setting })).toBe("/a/weights.h5");
  expect(locateWeights({ name: "mine", initial: { weights: "third" } }, { setting })).toBe("/c=d");
});

test("a recipe that starts from scratch needs none, whatever is set, and refuses a path that it has no use for", () => {
  expect(locateWeights({ name: "mine" }, { setting: "imagenet=/a" })).toBeUndefined();
  expect(() => locateWeights({ name: "mine" }, { given: "/a" })).toThrow(
    expect.objectContaining({ code: "BAD_INPUT", message: expect.stringContaining("starts from scratch") }),
  );
});

test("weights of an unknown place are asked for by name", () => {
  expect(() => locateWeights(RECIPE, { setting: "other=/b" })).toThrow(
    expect.objectContaining({
      code: "NOT_FOUND",
      message: expect.stringMatching(/--weights PATH or RADLITE_WEIGHTS=imagenet=\/path/),
    }),
  );
});

test.each(["imagenet", "=/a", "imagenet="])("a setting %s is refused", (setting) => {
  expect(() => locateWeights(RECIPE, { setting })).toThrow(/name=\/path was expected/);
});
