/** `radlite keys create --role ROLE --name NAME`: a new API key, which is printed here and never again. */
import { ROLES, type Role } from "@radlite/registry/log";
import { type Command, Option } from "commander";
import { localActor, openLocalStore } from "../../local-registry.ts";
import { note, print, printJson } from "../../show/output.ts";

interface CreateOptions {
  role: Role;
  name: string;
  json?: boolean;
}

export function addCreate(keys: Command): void {
  keys
    .command("create")
    .description("make an API key and print it, once: only its SHA-256 is kept")
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .requiredOption(
      "--name <name>",
      "whose it is; what is done with it stands under this name in the history",
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
A caller asks for verdicts, a viewer reads the registry, a trainer adds to it, an approver decides what is served and
makes keys; each may do what those before it may. A server is asked with it as Authorization: Bearer KEY.

Examples:
  radlite keys create --role caller --name "reading room"
  RADLITE_STORE=s3://bucket/registry radlite keys create --role approver --name ada`,
    )
    .action(createKey);
}

async function createKey({ role, name, json }: CreateOptions): Promise<void> {
  const { createAccessKey } = await import("@radlite/registry/commands");
  const store = await openLocalStore("write");
  const { key, ...facts } = await createAccessKey(store, { name, role, actor: localActor() });
  if (json) return printJson({ key, ...facts });
  print(key);
  note(
    `The key of ${name}, ${role === "approver" ? "an" : "a"} ${role}. Keep it: it is not shown again. Its id is ${facts.id}.`,
  );
}
