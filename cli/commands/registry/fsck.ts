/** `radlite registry fsck`: checks the log, every artifact and every pointer; exit code 1 when something is wrong. */
import type { Command } from "commander";
import { FAILED } from "../../failure.ts";
import { openLocalStore } from "../../local-registry.ts";
import { print, printJson } from "../../show/output.ts";

const NEXT =
  'Snapshots and pointers: "radlite registry fsck --rebuild" writes them anew from the log. Files of shipped models: "radlite registry seed" puts them back. All else comes from a backup of the store.';

interface FsckOptions {
  rebuild?: boolean;
  json?: boolean;
}

export function addFsck(registry: Command): void {
  registry
    .command("fsck")
    .description("check the registry: gaps, digests, dangling artifacts, pointers against the log")
    .option("--rebuild", "write snapshots and pointers anew from the log")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry fsck")
    .action(check);
}

async function check({ rebuild = false, json }: FsckOptions): Promise<void> {
  const { fsck } = await import("@radlite/registry/commands");
  const store = await openLocalStore(rebuild ? "write" : "read");
  const report = await fsck(store, { rebuild });
  const { commits, versions, artifacts, evaluations, predictions, problems, rebuilt } = report;
  if (json) printJson(report);
  else {
    const ofAudit = predictions > 0 ? `, ${predictions} predictions` : "";
    print(
      `${commits} commits, ${versions} versions, ${artifacts} artifacts, ${evaluations} evaluations${ofAudit}`,
    );
    for (const key of rebuilt) print(`rebuilt ${key}`);
    for (const { kind, key, message } of problems) print(`${kind} ${key}: ${message}`);
    if (problems.length === 0) print("no problems");
    else print(NEXT);
  }
  if (problems.length > 0) process.exitCode = FAILED;
}
