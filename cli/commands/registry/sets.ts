/** `radlite registry sets`: the evaluation sets of a model, and what is known of them. */
import { graphql } from "@radlite/registry/client";
import type { Command } from "commander";
import { openAsking } from "../../asking-registry.ts";
import { DEFAULT_MODEL } from "../../local-registry.ts";
import { serverOption } from "../../remote.ts";
import { formatTable, printJson, printPage } from "../../show/output.ts";

const SETS = graphql(
  "query ($model: ID!) { evaluationSets(model: $model) { name role population description } }",
);

interface SetsOptions {
  server?: string;
  json?: boolean;
}

export function addSets(registry: Command): void {
  registry
    .command("sets")
    .description("list the evaluation sets of a model: what they are, and whose radiographs")
    .argument("[model]", "the model", DEFAULT_MODEL)
    .addOption(serverOption())
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry sets chest-xray")
    .action(showSets);
}

async function showSets(model: string, { server, json }: SetsOptions): Promise<void> {
  const { evaluationSets: sets } = await (await openAsking(server))(SETS, { model });
  if (json) return printJson({ model, sets });
  const rows = sets.map(({ name, role, population, description }) => [
    ...[name, role.toLowerCase(), population, description],
  ]);
  printPage(formatTable([["set", "role", "population", "description"], ...rows]));
}
