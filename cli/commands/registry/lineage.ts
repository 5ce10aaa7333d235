/** `radlite registry lineage VERSION`: what a version came of, and what came of it. */
import { graphql } from "@radlite/registry/client";
import type { Command } from "commander";
import { openAsking } from "../../asking-registry.ts";
import { serverOption } from "../../remote.ts";
import { formatCount, formatTable, printJson, printPage } from "../../show/output.ts";

const LINEAGE = graphql(`
  query ($version: ID!) {
    lineage(version: $version) {
      nodes { id recipe sizeBytes stages { name } aliases { name } }
      edges { from to kind }
    }
  }
`);

const HEADINGS = ["version", "recipe", "stages", "bytes", "compressed from", "taught by", "alias"];

interface LineageOptions {
  server?: string;
  json?: boolean;
}

export function addLineage(registry: Command): void {
  registry
    .command("lineage")
    .description("show what a version was compressed from and taught by, and what came of it")
    .argument("<version>", "its id, such as chest-xray@3")
    .addOption(serverOption())
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry lineage chest-xray@3")
    .action(showLineage);
}

async function showLineage(version: string, { server, json }: LineageOptions): Promise<void> {
  const { lineage } = await (await openAsking(server))(LINEAGE, { version });
  if (json) return printJson(lineage);
  const origins = (id: string, wanted: (typeof lineage.edges)[number]["kind"]) =>
    lineage.edges
      .filter(({ from, kind }) => from === id && kind === wanted)
      .map(({ to }) => to)
      .join(", ");
  const rows = lineage.nodes.map(({ id, recipe, stages, sizeBytes, aliases }) => [
    ...[id === version ? `${id} *` : id, recipe, stages.map(({ name }) => name).join(", ") || "float"],
    ...[formatCount(sizeBytes), origins(id, "COMPRESSED_FROM"), origins(id, "TAUGHT_BY")],
    aliases.map(({ name }) => name).join(", "),
  ]);
  printPage(formatTable([HEADINGS, ...rows]));
}
