/** `radlite keys ...`: the API keys of the registry at RADLITE_STORE: who may ask a server over it, and for what. */
import type { Command } from "commander";
import { refuseServer } from "../remote.ts";
import { addCreate } from "./keys/create.ts";
import { addList } from "./keys/list.ts";
import { addRevoke } from "./keys/revoke.ts";

export function addKeys(program: Command): void {
  const keys = program
    .command("keys")
    .description("make, list and revoke the API keys that a server takes")
    .addHelpText("after", "\nExample:\n  radlite keys create --role trainer --name nightly");
  for (const add of [addCreate, addList, addRevoke]) add(keys);
  for (const command of keys.commands)
    refuseServer(command, "whoever may write there may make keys; run it where RADLITE_STORE can be reached");
}
