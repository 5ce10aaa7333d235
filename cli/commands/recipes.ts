/** `radlite recipes [--keys]`: the shipped recipes, or every key that a recipe may have, as docs/recipe.md shows them. */
import type { Command } from "commander";
import { formatTable, printPage } from "../show/output.ts";

export function addRecipes(program: Command): void {
  program
    .command("recipes")
    .description("list the shipped recipes, or the keys of a recipe")
    .option("--keys", "every key with what it is, its unit, default and range, as a page of Markdown")
    .addHelpText("after", "\nExample:\n  radlite recipes --keys")
    .action(printRecipes);
}

async function printRecipes({ keys = false }: { keys?: boolean }): Promise<void> {
  const { listRecipeKeys, listRecipes } = await import("@radlite/training/recipes");
  if (keys) {
    const { formatRecipePage } = await import("../show/recipe-page.ts");
    printPage(formatRecipePage(listRecipeKeys()).trimEnd());
    return;
  }
  const recipes = await listRecipes();
  printPage(
    formatTable([["recipe", "what for"], ...recipes.map(({ name, description }) => [name, description])]),
  );
}
