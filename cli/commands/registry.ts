/** `radlite registry ...`: the registry at RADLITE_STORE, from the command line. */
import type { Command } from "commander";
import { refuseServer } from "../remote.ts";
import { addAnnotate } from "./registry/annotate.ts";
import { addArchive } from "./registry/archive.ts";
import { addAudit } from "./registry/audit.ts";
import { addCard } from "./registry/card.ts";
import { addCheck } from "./registry/check.ts";
import { addFsck } from "./registry/fsck.ts";
import { addGc } from "./registry/gc.ts";
import { addHistory } from "./registry/history.ts";
import { addLineage } from "./registry/lineage.ts";
import { addList } from "./registry/list.ts";
import { addPolicy } from "./registry/policy.ts";
import { addPromote } from "./registry/promote.ts";
import { addQuery } from "./registry/query.ts";
import { addRegisterRecipe } from "./registry/register-recipe.ts";
import { addResults } from "./registry/results.ts";
import { addRollback } from "./registry/rollback.ts";
import { addSeed } from "./registry/seed.ts";
import { addSetGate } from "./registry/set-gate.ts";
import { addSets } from "./registry/sets.ts";
import { addTag } from "./registry/tag.ts";

const THERE = "run it with RADLITE_STORE where the store can be reached";

/** What works on the store itself, and what to do where that is behind a server. */
const AT_THE_STORE: Readonly<Record<string, string>> = {
  seed: THERE,
  results: `${THERE}, or ask for what it tells of versions with "radlite registry list --server"`,
  fsck: THERE,
  gc: THERE,
};

export function addRegistry(program: Command): void {
  const registry = program
    .command("registry")
    .description(
      "look after the registry: fill, check, clean, list, ask, promote, roll back, tag, annotate, archive, print",
    )
    .addHelpText("after", "\nExample:\n  radlite registry list");
  for (const add of [
    addSeed,
    addList,
    addResults,
    addCheck,
    addPromote,
    addRollback,
    addPolicy,
    addSetGate,
    addHistory,
    addAudit,
    addLineage,
    addSets,
    addQuery,
    addTag,
    addAnnotate,
    addArchive,
    addRegisterRecipe,
    addCard,
    addFsck,
    addGc,
  ])
    add(registry);
  for (const command of registry.commands) {
    const instead = AT_THE_STORE[command.name()];
    if (instead !== undefined) refuseServer(command, instead);
  }
}
