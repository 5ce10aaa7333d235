import { readFile } from "node:fs/promises";
import { listRecipeKeys } from "@radlite/training/recipes";
import { expect, test } from "vitest";
import { formatRecipePage, RECIPE_COMMAND } from "../../../cli/show/recipe-page.ts";

const sections = listRecipeKeys();
const keys = sections.flatMap(({ name, keys }) => keys.map((key) => ({ section: name, ...key })));
const find = (section: string, path: string) =>
  keys.find((key) => key.section === section && key.path === path);

test("docs/recipe.md is what the command in its head prints", async () => {
  const page = await readFile("docs/recipe.md", "utf8");

  expect(page.match(/Printed by `(.*)`/)![1]).toBe(RECIPE_COMMAND);
  expect(page, `docs/recipe.md is not current: run ${RECIPE_COMMAND}`).toBe(formatRecipePage(sections));
});

test("every key says what it is, and every number but a seed what it counts or measures", () => {
  expect(keys.filter(({ about }) => about === "")).toEqual([]);
  const numbers = keys.filter(({ allowed }) => /^[\d.e-]+ to /.test(allowed));
  expect(numbers.length).toBeGreaterThan(60);
  expect(numbers.filter(({ unit, path }) => unit === "" && path !== "seed")).toEqual([]);
});

test("what a key says is what the schema holds recipes to", () => {
  expect(find("augment", "rotate")).toMatchObject({ unit: "degrees", default: "0", allowed: "0 to 45" });
  expect(find("input", "size")).toMatchObject({
    unit: "pixels",
    default: "required",
    allowed: "16 to 331, whole",
  });
  expect(find("fit", "classWeights")).toMatchObject({ default: "balanced", allowed: "balanced, none" });
  expect(find("architecture: residual", "body[].stride")).toMatchObject({
    default: "2",
    allowed: "1 to 2, whole",
  });
  expect(find("stages: prune", "pinned")).toMatchObject({ unit: "layer", default: "none" });
  expect(find("stages: quantise", "maxDrop")).toMatchObject({ unit: "hundredths of AUC", default: "absent" });
  expect(find("distil", "teacher")!.allowed).toContain("or itself");
});
