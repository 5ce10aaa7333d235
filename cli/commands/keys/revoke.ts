/** `radlite keys revoke ID`: from then on no server takes the key, one that had just looked it up within a minute. */
import type { Command } from "commander";
import { localActor, openLocalStore } from "../../local-registry.ts";
import { print, printJson } from "../../show/output.ts";

export function addRevoke(keys: Command): void {
  keys
    .command("revoke")
    .description("have a key refused, within a minute on servers that know it")
    .argument("<id>", "the id that keys list shows, the part between rl_ and _")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite keys revoke 0c3f95b01a77")
    .action(revokeKey);
}

async function revokeKey(id: string, { json }: { json?: boolean }): Promise<void> {
  const { revokeAccessKey } = await import("@radlite/registry/commands");
  const revoked = await revokeAccessKey(await openLocalStore("write"), { id, actor: localActor() });
  if (json) printJson(revoked);
  else print(`The key ${revoked.id} of ${revoked.name} is revoked.`);
}
