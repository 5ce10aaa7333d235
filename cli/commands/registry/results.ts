/**
 * `radlite registry results [--shipped] [--by-recipe]`: every figure of the registry, or of the models that come
 * with Radlite, as a page of Markdown, or a row a recipe. docs/results.md is what it prints of the shipped models,
 * and README's table of results a row a recipe of them.
 */
import { join } from "node:path";
import type { Registry } from "@radlite/registry/log";
import type { Command } from "commander";
import { openLocalRegistry } from "../../local-registry.ts";
import { setOption } from "../../set-option.ts";
import { printPage, warn } from "../../show/output.ts";

export function addResults(registry: Command): void {
  registry
    .command("results")
    .description("print all figures as a page of Markdown")
    .option("--shipped", "of the models that come with Radlite, whatever the registry holds")
    .option("--by-recipe", "one table alone: a row a recipe, several seeds as one row")
    .addOption(setOption({ absentIsAll: true }))
    .addHelpText("after", "\nExample:\n  radlite registry results --shipped > docs/results.md")
    .action(printResults);
}

interface ResultsOptions {
  shipped?: boolean;
  byRecipe?: boolean;
  on?: string;
}

async function printResults({ shipped = false, byRecipe = false, on }: ResultsOptions): Promise<void> {
  const { formatRecipes, formatResults, RESULTS_COMMAND } = await import("../../show/results-page.ts");
  const registry = shipped ? await openShipped() : await openLocalRegistry("read");
  if (byRecipe) {
    printPage((await formatRecipes(registry, on)).trimEnd());
    return;
  }
  const command = shipped && on === undefined ? RESULTS_COMMAND : nameCommand({ shipped, on });
  const page = await formatResults(registry, command, on === undefined ? undefined : [on]);
  printPage(page.trimEnd());
}

function nameCommand({ shipped, on }: Pick<ResultsOptions, "shipped" | "on">): string {
  return `npx radlite registry results${shipped ? " --shipped" : ""}${on === undefined ? "" : ` --on ${on}`}`;
}

/** The models that come with Radlite in a registry of their own, in memory, numbered as seeding numbers them. */
export async function openShipped(): Promise<Registry> {
  const { seedRegistry } = await import("@radlite/registry/commands");
  const { openRegistry } = await import("@radlite/registry/log");
  const { memoryStore } = await import("@radlite/registry/store");
  const { findRepositoryRoot } = await import("@radlite/training/recipes");
  const registry = await openRegistry({
    store: memoryStore(),
    logger: { info: () => {}, warn },
  });
  await seedRegistry(registry, join(findRepositoryRoot(), "registry/shipped"));
  return registry;
}
