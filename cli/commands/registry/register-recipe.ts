/** `radlite registry register-recipe FILE`: a recipe of one's own, for trainings that a server starts. */
import type { Command } from "commander";
import { readNamedFile } from "../../files.ts";
import { localActor, openLocalRegistry } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson } from "../../show/output.ts";

interface RegisterRecipeOptions {
  server?: string;
  json?: boolean;
}

export function addRegisterRecipe(registry: Command): void {
  registry
    .command("register-recipe")
    .description("register a recipe of your own, which startTrainingRun then takes by its digest")
    .argument("<file>", "a YAML file, as docs/recipe.md has it")
    .addOption(serverOption("register it there"))
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry register-recipe mine.yaml --server https://HOST")
    .action(register);
}

async function register(file: string, { server, json }: RegisterRecipeOptions): Promise<void> {
  const { RECIPE_BYTES } = await import("@radlite/registry/commands");
  const { parseRecipe } = await import("@radlite/training/recipes");
  const text = new TextDecoder().decode(await readNamedFile(file, RECIPE_BYTES));
  const { name, model } = parseRecipe(text, file); // its faults by the lines of this file, wherever it is sent
  const { digest } = await (server === undefined
    ? registerHere(text, { name, model })
    : registerThere(server, text));
  if (json) printJson({ name, digest });
  else print(`recipe ${name} is registered as ${digest}`);
}

async function registerHere(text: string, read: { name: string; model: string }) {
  const { registerRecipe } = await import("@radlite/registry/commands");
  return registerRecipe(await openLocalRegistry("write"), { text, actor: localActor() }, () => read);
}

async function registerThere(server: string, text: string) {
  const { registerRecipeAt } = await import("../../remote/version-changes.ts");
  return registerRecipeAt(openRemote(server), text);
}
