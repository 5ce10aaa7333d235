/**
 * `radlite affected --version V|--gate G`: the predictions in the audit that a version gave, or that a gate let pass, so
 * that whoever finds a fault in one knows whose answers to look at again.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Prediction } from "@radlite/registry/commands";
import { type Command, InvalidArgumentError } from "commander";
import { FAILED } from "../failure.ts";
import { openLocalRegistry, openLocalStore, storeAddress } from "../local-registry.ts";
import { formatCount, formatTable, print, printJson, printPage, warn } from "../show/output.ts";

interface AffectedOptions {
  version?: string;
  gate?: string;
  from?: string;
  to?: string;
  json?: boolean;
}

const DIGEST = /^[0-9a-f]{64}$/;

export function addAffected(program: Command): void {
  program
    .command("affected")
    .description("list what a version or a gate answered, from the audit of predictions, oldest first")
    .option(
      "--version <version>",
      "a registered version, such as chest-xray@3, or the SHA-256 of a model's file",
    )
    .option("--gate <sha256>", "the SHA-256 of a gate's file")
    .option("--from <day>", "the first day, such as 2026-11-30", parseDay)
    .option("--to <day>", "the last day", parseDay)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Days are those of UTC. Predictions are kept where RADLITE_AUDIT_PREDICTIONS is on.

Example:
  radlite affected --version chest-xray@3 --from 2026-11-01`,
    )
    .action(list);
}

function parseDay(text: string): string {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN);
  if (!Number.isNaN(time.getTime()) && time.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError("expected a day such as 2026-11-30.");
}

async function list({ version, gate, from, to, json }: AffectedOptions): Promise<void> {
  if (version === undefined && gate === undefined)
    throw new RadliteError("BAD_INPUT", "--version or --gate says whose predictions are meant");
  if (gate !== undefined && !DIGEST.test(gate))
    throw new RadliteError("BAD_INPUT", `--gate is "${gate}", expected 64 lower-case hex digits`);
  const artifact = version === undefined ? undefined : await findArtifactOf(version);
  const { listPredictions } = await import("@radlite/registry/commands");
  const store = await openLocalStore("read");
  const found: Prediction[] = [];
  const damaged: string[] = [];
  for await (const { key, predictions } of listPredictions(store, { from, to })) {
    if (!predictions) damaged.push(key);
    for (const prediction of predictions ?? []) {
      const isOfVersion = artifact === undefined || prediction.artifact === artifact;
      if (isOfVersion && (gate === undefined || prediction.gate === gate)) found.push(prediction);
    }
  }
  found.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))); // the store has those of a day by their requests
  for (const key of damaged) warn(`${key} is no object of predictions, or a damaged one`);
  if (damaged.length > 0) process.exitCode = FAILED;
  const verdicts = countBy(found, ({ verdict }) => verdict);
  const days = countBy(found, ({ at }) => at.slice(0, 10));
  if (json) {
    const asked = { ...(artifact !== undefined && { artifact }), ...(gate !== undefined && { gate }) };
    printJson({ ...asked, from, to, predictions: found.length, verdicts, days, damaged, found });
    return;
  }
  print(`${formatCount(found.length)} predictions at ${storeAddress()}${describeCounts(verdicts)}`);
  if (found.length === 0) return;
  const rows = found.map(({ at, verdict, probability, input, actor, requestId }) => [
    ...[at, verdict, probability.toFixed(3), input, actor.name, requestId],
  ]);
  printPage(formatTable([["when", "verdict", "probability", "input", "asked by", "request"], ...rows]));
}

async function findArtifactOf(version: string): Promise<string> {
  if (DIGEST.test(version)) return version;
  const { findVersion } = await import("@radlite/registry/log");
  const { state } = await openLocalRegistry("read");
  const found = findVersion(state, version);
  if (found) return found.artifact;
  throw new RadliteError(
    "NOT_FOUND",
    `version ${version} is not registered at ${storeAddress()}; "radlite registry list" shows the versions`,
  );
}

function countBy(predictions: readonly Prediction[], keyOf: (prediction: Prediction) => string) {
  const counts: Record<string, number> = {};
  for (const prediction of predictions) {
    const key = keyOf(prediction);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function describeCounts(counts: Record<string, number>): string {
  const named = Object.entries(counts).map(([verdict, times]) => `${formatCount(times)} ${verdict}`);
  return named.length > 0 ? `: ${named.join(", ")}` : "";
}
