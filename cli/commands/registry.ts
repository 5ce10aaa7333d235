/** `radlite registry ...`: the registry at RADLITE_STORE, from the command line. */
import type { Command } from "commander";
import { addCard } from "./registry/card.ts";
import { addFsck } from "./registry/fsck.ts";
import { addGc } from "./registry/gc.ts";
import { addHistory } from "./registry/history.ts";
import { addList } from "./registry/list.ts";
import { addPromote } from "./registry/promote.ts";
import { addResults } from "./registry/results.ts";
import { addRollback } from "./registry/rollback.ts";
import { addSeed } from "./registry/seed.ts";
import { addSetGate } from "./registry/set-gate.ts";

export function addRegistry(program: Command): void {
  const registry = program
    .command("registry")
    .description("look after the registry: fill, check, clean, list, promote, roll back, set a gate, print")
    .addHelpText("after", "\nExample:\n  radlite registry list");
  for (const add of [
    addSeed,
    addList,
    addResults,
    addPromote,
    addRollback,
    addSetGate,
    addHistory,
    addCard,
    addFsck,
    addGc,
  ])
    add(registry);
}
