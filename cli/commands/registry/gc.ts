/** `radlite registry gc`: removes uploads and evidence that no event of the log names; `--dry-run` only lists them. */
import { RadliteError } from "@radlite/model/errors";
import type { Garbage } from "@radlite/registry/commands";
import type { Command } from "commander";
import { localActor, openLocalStore } from "../../local-registry.ts";
import { formatCount, formatTable, print, printJson, printPage } from "../../show/output.ts";

interface GcOptions {
  dryRun?: boolean;
  grace: string;
  json?: boolean;
}

const HOUR_MS = 3_600_000;
const HEADINGS = ["what", "bytes", "written", "key"];

export function addGc(registry: Command): void {
  registry
    .command("gc")
    .description("remove what no event names: uploads never registered, evidence of refused registrations")
    .option("--dry-run", "list it and remove nothing")
    .option("--grace <hours>", "leave what was written less than this ago: it may be about to be named", "24")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry gc --dry-run")
    .action(collect);
}

async function collect({ dryRun = false, grace, json }: GcOptions): Promise<void> {
  if (!/^\d{1,6}(\.\d+)?$/.test(grace)) {
    throw new RadliteError("BAD_INPUT", `--grace is "${grace}", expected hours such as 24 or 0.5`);
  }
  const { collectGarbage } = await import("@radlite/registry/commands");
  const store = await openLocalStore(dryRun ? "read" : "write");
  const graceMs = Number(grace) * HOUR_MS;
  const report = await collectGarbage(store, { actor: localActor(), dryRun, graceMs });
  if (json) return printJson({ dryRun, ...report });
  const { removed, young, restored } = report;
  for (const key of restored) print(`${key} put back: it is named, and a gc that was stopped had removed it`);
  if (removed.length > 0) printPage(formatTable([HEADINGS, ...removed.map(describeGarbage)]));
  if (removed.length === 0) print("nothing to remove");
  else print(`${summarise(removed)} ${dryRun ? "to be removed: run it without --dry-run" : "removed"}`);
  if (young.length > 0)
    print(`${summarise(young)} left alone, written less than ${grace} hours ago (--grace 0 takes them too)`);
}

function describeGarbage({ kind, key, sizeBytes, writtenAt }: Garbage): string[] {
  return [kind.replace("DANGLING_", "").toLowerCase(), formatCount(sizeBytes), writtenAt, key];
}

function summarise(garbage: readonly Garbage[]): string {
  const sizeBytes = garbage.reduce((sum, each) => sum + each.sizeBytes, 0);
  return `${garbage.length} ${garbage.length === 1 ? "object" : "objects"} of ${formatCount(sizeBytes)} bytes`;
}
