/**
 * `radlite registry results [--shipped] [--best]`: every figure of the registry, or of the models that come
 * with Radlite, as a page of Markdown, or its best recipes by size alone. docs/results.md is what it prints of
 * the shipped models, and README's table of results their best.
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
    .option("--best", "one table alone: the best recipe below 1, 4, 16 and 64 kB and beyond")
    .addOption(setOption({ absentIsAll: true }))
    .addHelpText("after", "\nExample:\n  radlite registry results --shipped > docs/results.md")
    .action(printResults);
}

interface ResultsOptions {
  shipped?: boolean;
  best?: boolean;
  on?: string;
}

async function printResults({ shipped = false, best = false, on }: ResultsOptions): Promise<void> {
  const { formatBest, formatResults, RESULTS_COMMAND } = await import("../../show/results-page.ts");
  const registry = shipped ? await openShipped() : await openLocalRegistry("read");
  if (best) {
    printPage((await formatBest(registry, on)).trimEnd());
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
