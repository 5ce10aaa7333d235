/** `radlite registry archive VERSION --reason TEXT`: takes a version out of use, or with --undo brings it back. */
import type { Command } from "commander";
import { localActor, openLocalRegistry } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson } from "../../show/output.ts";

interface ArchiveOptions {
  reason: string;
  undo?: boolean;
  server?: string;
  json?: boolean;
}

export function addArchive(registry: Command): void {
  registry
    .command("archive")
    .description("take a version out of use: it keeps its evidence and cannot be promoted")
    .argument("<version>", "such as chest-xray@3; none that an alias names")
    .requiredOption("--reason <text>", "why; kept in the audit")
    .option("--undo", "bring it back")
    .addOption(serverOption("of a version there"))
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  radlite registry archive chest-xray@3 --reason "trained on images with errors in them"',
    )
    .action(archive);
}

async function archive(
  version: string,
  { reason, undo = false, server, json }: ArchiveOptions,
): Promise<void> {
  const input = { version, archived: !undo, reason };
  const { id, archivedAt } = await (server === undefined ? archiveHere(input) : archiveThere(server, input));
  if (json) printJson({ version: id, archivedAt: archivedAt ?? null });
  else print(archivedAt ? `${id} is archived` : `${id} is no longer archived`);
}

async function archiveHere(input: { version: string; archived: boolean; reason: string }) {
  const { archiveVersion } = await import("@radlite/registry/commands");
  return archiveVersion(await openLocalRegistry("write"), { ...input, actor: localActor() });
}

async function archiveThere(server: string, input: { version: string; archived: boolean; reason: string }) {
  const { archiveAt } = await import("../../remote/version-changes.ts");
  return archiveAt(openRemote(server), input);
}
