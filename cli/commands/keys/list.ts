/** `radlite keys list`: whose keys there are, what each may do, and which were revoked; never a key. */
import type { AccessKey } from "@radlite/registry/commands";
import type { Command } from "commander";
import { localActor, openLocalStore } from "../../local-registry.ts";
import { formatTable, note, print, printJson, printPage } from "../../show/output.ts";

const HEADINGS = ["id", "name", "role", "created", "by", "revoked", "by"];

export function addList(keys: Command): void {
  keys
    .command("list")
    .description("show whose keys there are and what they may do")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite keys list")
    .action(listKeys);
}

async function listKeys({ json }: { json?: boolean }): Promise<void> {
  const { listAccessKeys } = await import("@radlite/registry/commands");
  const { keys, damaged } = await listAccessKeys(await openLocalStore("read"), { actor: localActor() });
  if (json) return printJson({ keys, damaged });
  if (keys.length === 0) print('there are no keys; "radlite keys create" makes one');
  else printPage(formatTable([HEADINGS, ...keys.map(describeKey)]));
  for (const object of damaged)
    note(`${object} in the store is no key's record and lets nobody in: remove it there`);
}

function describeKey(key: AccessKey): string[] {
  const { id, name, role, createdAt, createdBy, revokedAt = "-", revokedBy = "-" } = key;
  return [id, name, role, createdAt, createdBy, revokedAt, revokedBy];
}
