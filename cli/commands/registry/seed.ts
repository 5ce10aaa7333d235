/**
 * `radlite registry seed`: puts the models that come with Radlite into the registry, their gate before a model that
 * has none and, where nothing is in production yet, the one that they name, or the smallest accurate one, into
 * production. Doing it again puts back files that were lost or damaged, and changes nothing else.
 */
import { join } from "node:path";
import type { Command } from "commander";
import { openLocalRegistry } from "../../local-registry.ts";
import { print, printJson } from "../../show/output.ts";

const SHIPPED = "registry/shipped";

export function addSeed(registry: Command): void {
  registry
    .command("seed")
    .description("fill the registry with the models that come with Radlite")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry seed")
    .action(seed);
}

async function seed({ json }: { json?: boolean }): Promise<void> {
  const { seedRegistry } = await import("@radlite/registry/commands");
  const { findRepositoryRoot } = await import("@radlite/training/recipes");
  const registry = await openLocalRegistry("write");
  const report = await seedRegistry(registry, join(findRepositoryRoot(), SHIPPED));
  if (json) {
    printJson(report);
    return;
  }
  for (const { id } of report.present) print(`${id} was there already`);
  for (const { id } of report.restored) print(`${id} has its file again, which was missing or damaged`);
  for (const { id, sizeBytes } of report.registered) print(`${id} registered, ${sizeBytes} bytes`);
  for (const { model, gate, outcome } of report.gates) {
    if (outcome === "set") print(`${model} stands behind the gate ${gate.artifact}: ${gate.population}`);
    else print(`the gate of ${model} has its file again, which was missing or damaged`);
  }
  for (const { model, alias, to } of report.promoted) print(`${model}@${to} is now in ${alias}`);
}
