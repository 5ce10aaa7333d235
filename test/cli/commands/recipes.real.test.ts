import { readFile } from "node:fs/promises";
import { listRecipes } from "@radlite/training/recipes";
import { expect, test } from "vitest";
import { runRadlite } from "../program.ts";

test("every shipped recipe with what it is for", async () => {
  const { code, stdout, stderr } = await runRadlite(["recipes"]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [, ...lines] = stdout.trimEnd().split("\n");
  expect(lines.map((line) => line.replace(/ {2,}/, ": "))).toEqual(
    (await listRecipes()).map(({ name, description }) => `${name}: ${description}`),
  );
});

test("the keys are printed as docs/recipe.md has them", async () => {
  const { stdout } = await runRadlite(["recipes", "--keys"]);

  expect(stdout).toBe(await readFile("docs/recipe.md", "utf8"));
});
