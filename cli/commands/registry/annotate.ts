/** `radlite registry annotate VERSION NOTE`: adds a note to a version, in Markdown. */
import type { Command } from "commander";
import { localActor, openLocalRegistry } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson } from "../../show/output.ts";

interface AnnotateOptions {
  server?: string;
  json?: boolean;
}

export function addAnnotate(registry: Command): void {
  registry
    .command("annotate")
    .description("add a note to a version: what is to be known of it and stands nowhere else")
    .argument("<version>", "such as chest-xray@3")
    .argument("<note>", "Markdown, up to 4000 characters; it stays, with your name")
    .addOption(serverOption("to a version there"))
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  radlite registry annotate chest-xray@3 "Misses effusions of the *left* lung; see the report."',
    )
    .action(addNote);
}

async function addNote(version: string, note: string, { server, json }: AnnotateOptions): Promise<void> {
  const input = { version, note };
  const notes = await (server === undefined ? annotateHere(input) : annotateThere(server, input));
  if (json) printJson({ version, notes });
  else print(`${version} has ${notes.length} ${notes.length === 1 ? "note" : "notes"} now`);
}

async function annotateHere(input: { version: string; note: string }) {
  const { annotate, readNotes } = await import("@radlite/registry/commands");
  const registry = await openLocalRegistry("write");
  return readNotes(registry, await annotate(registry, { ...input, actor: localActor() }));
}

async function annotateThere(server: string, input: { version: string; note: string }) {
  const { annotateAt } = await import("../../remote/version-changes.ts");
  return (await annotateAt(openRemote(server), input)).notes;
}
