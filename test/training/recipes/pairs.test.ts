import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPairs, parseRecipe } from "@radlite/training/recipes";
import { expect, test } from "vitest";

const _TWO_CORES = fileURLToPath(new URL("../../../training/recipes/pairs/two-cores.yaml", import.meta.url));

async function writePairs(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "radlite-pairs-")), "pairs.yaml");
  await writeFile(path, text);
  return path;
}

const PAIR = `
common:
  description: For this test.
  input: { size: 32, channels: 1 }
  fit: { epochs: 6, rate: 0.002, seed: 7 }
pairs:
  - name: one
    both:
      architecture: { family: mobilenet, width: 0.5 }
      fit: { rate: 0.001 }
    transfer:
      fit: { epochs: 2 }
      initial: { weights: imagenet, freezeUntil: conv_pw_12_relu, unfreeze: { from: conv_dw_7, epochs: 4, rate: 0.0001 } }
    scratch:
      input: { normalise: per-image }
`;

test("what a side says goes before its pair, and that before what is common; maps are merged", async () => {
  const [pair] = await loadPairs([await writePairs(PAIR)]);

  const { transfer, scratch } = pair!.recipes;
  expect(transfer!.recipe.fit).toMatchObject({ epochs: 2, rate: 0.001, seed: 7 });
  expect(scratch!.recipe.fit).toMatchObject({ epochs: 6, rate: 0.001, seed: 7 });
  expect(scratch!.recipe.input).toEqual({ size: 32, channels: 1, normalise: "per-image" });
  expect(transfer!.recipe.input.normalise).toBe("fixed"); // what MobileNet's weights expect
  expect([transfer!.recipe.name, scratch!.recipe.name]).toEqual(["one-transfer", "one-scratch"]);
});

test("the text of a side is a recipe of its own", async () => {
  const [pair] = await loadPairs([await writePairs(PAIR)]);

  for (const { recipe, source } of Object.values(pair!.recipes)) {
    expect(parseRecipe(source, "written.yaml")).toEqual(recipe);
  }
});

test.each([
  ["epochs: 2 }", "epochs: 3 }", /Pair one: the epochs of all phases .* transfer has 7, scratch 6/],
  ["normalise: per-image", "normalise: per-image, size: 64", /input\.size .* transfer has 32, scratch 64/],
  [
    "{ normalise: per-image }",
    "{ normalise: per-image }\n      fit: { batch: 8 }",
    /fit\.batch .* 64, scratch 8/,
  ],
  ["name: one", "name: One", /pairs\.0\.name: expected lower-case letters/],
  ["both:", "boht:", /pairs\.0: expected name, both, seeds, transfer, scratch/],
  ["family: mobilenet,", "family: mobilnet,", /pairs\.yaml, one-transfer is not valid/],
])("%s written as %s is refused", async (from, to, message) => {
  const path = await writePairs(PAIR.replace(from, to));

  await expect(loadPairs([path])).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(message),
  });
});

test("an unknown family is refused with the known ones, a name twice is refused", async () => {
  await expect(loadPairs(["vgg61"])).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining("Known: vgg16, vgg19"),
  });
  await expect(loadPairs(["vgg16", "vgg16"])).rejects.toThrow("Two pairs have the name vgg16");
});
