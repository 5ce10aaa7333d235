/** What recipes are told apart by, those that come along, and the input that one gives. */

import { normalise as normaliseRaster } from "@radlite/model/input";
import { digestRecipe, listRecipes, loadRecipe, parseRecipe, toInputRecipe } from "@radlite/training/recipes";
import { describe, expect, it } from "vitest";
import { SMALLEST } from "./smallest.ts";

describe("digestRecipe", () => {
  it("does not see comments, order, written-out defaults or the description", () => {
    const reordered = `# a note\nfit: { epochs: 2, batch: 64 }\ninput: { size: 32 }\nname: tiny
description: Other words.\narchitecture: { body: [{ stride: 2, width: 16 }], stem: { width: 8 }, family: residual }\n`;

    expect(digestRecipe(parseRecipe(reordered, "b.yaml"))).toBe(
      digestRecipe(parseRecipe(SMALLEST, "a.yaml")),
    );
  });

  it("sees every value that decides the result", () => {
    const base = digestRecipe(parseRecipe(SMALLEST, "a.yaml"));
    const others = [
      "epochs: 2\n  seed: 2",
      "epochs: 3",
      "epochs: 2\nthreshold: youden",
      "epochs: 2\nstages: [{ name: huffman }]",
    ];

    const digests = others.map((text) =>
      digestRecipe(parseRecipe(SMALLEST.replace("epochs: 2", text), "a.yaml")),
    );
    expect(new Set([base, ...digests]).size).toBe(others.length + 1);
  });
});

describe("the shelf", () => {
  it("ships only recipes that parse and carry their file's name", async () => {
    const recipes = await listRecipes();

    expect(recipes.map(({ name }) => name)).toContain("residual-64");
    for (const recipe of recipes) expect((await loadRecipe(recipe.name)).recipe).toEqual(recipe);
  });

  it("says which names there are when one is not", async () => {
    await expect(loadRecipe("residual-63")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringMatching(/no recipe named residual-63.*Shipped: .*residual-64/),
    });
  });

  it("reads a path and says when there is no such file", async () => {
    await expect(loadRecipe("./nowhere/mine.yaml")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("no recipe file ./nowhere/mine.yaml"),
    });
  });
});

describe("toInputRecipe", () => {
  it("maps grey levels 0 and 255 to -1 and 1 when fixed", () => {
    const { normalise } = toInputRecipe({ size: 32, channels: 3, normalise: "fixed" });

    if (normalise.kind !== "fixed") throw new Error("expected fixed");
    for (const channel of [0, 1, 2]) {
      expect((0 - normalise.mean[channel]!) * normalise.scale[channel]!).toBeCloseTo(-1, 6);
      expect((255 - normalise.mean[channel]!) * normalise.scale[channel]!).toBeCloseTo(1, 6);
      expect(Math.fround(normalise.scale[channel]!)).toBe(normalise.scale[channel]);
    }
  });

  it("maps a colour to what the published weights were trained with", () => {
    const see = (normalise: "caffe" | "torch", channels: 1 | 3) => {
      const recipe = toInputRecipe({ size: 1, channels, normalise });
      const pixels = Float32Array.of(200, 100, 50); // red, green, blue
      return normaliseRaster({ width: 1, height: 1, channels: 3, pixels }, recipe);
    };
    const expectClose = (values: Float32Array, expected: number[]) =>
      expected.forEach((value, at) => {
        expect(values[at]).toBeCloseTo(value, 4);
      });

    expectClose(see("caffe", 3), [50 - 103.939, 100 - 116.779, 200 - 123.68]);
    expectClose(see("torch", 3), [
      (200 / 255 - 0.485) / 0.229,
      (100 / 255 - 0.456) / 0.224,
      (50 / 255 - 0.406) / 0.225,
    ]);
    const luma = 0.299 * 200 + 0.587 * 100 + 0.114 * 50;
    expectClose(see("caffe", 1), [luma - (103.939 + 116.779 + 123.68) / 3]);
  });
});
