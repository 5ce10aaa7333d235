/**
 * `radlite registry history`: every move of an alias and every gate that was set before the model, newest first: when,
 * from what to what, who and why.
 */
import type { HeldGate, Promotion } from "@radlite/registry/log";
import type { Command } from "commander";
import { DEFAULT_MODEL, openLocalRegistry, requireKnownModel } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import type { RemoteMove } from "../../remote-registry.ts";
import { formatTable, print, printJson, printPage } from "../../show/output.ts";

interface HistoryOptions {
  alias: string;
  server?: string;
  json?: boolean;
}

const PAGE = 100;
const HEADINGS = ["when", "from", "to", "movement", "by", "reason"];

export function addHistory(registry: Command): void {
  registry
    .command("history")
    .description("show what was in production when, behind which gate, and who put it there why")
    .argument("[model]", "the model", DEFAULT_MODEL)
    .option("--alias <name>", "the alias", "production")
    .addOption(serverOption())
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry history chest-xray")
    .action(showHistory);
}

async function showHistory(model: string, { alias, server, json }: HistoryOptions): Promise<void> {
  if (server !== undefined) return showHistoryThere(server, model, { alias, json });
  const { historyOf } = await import("@radlite/registry/commands");
  const { state } = await openLocalRegistry("read");
  requireKnownModel(state, model);
  const moves: Promotion[] = [];
  for (let after: string | undefined; ; ) {
    const page = historyOf(state, { model, alias, first: PAGE, ...(after && { after }) });
    moves.push(...page.edges.map(({ node }) => node));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) break;
  }
  const { gates } = state.models.get(model)!;
  if (json) printJson({ model, alias, history: moves, gates: gates.toReversed() });
  else if (moves.length + gates.length === 0) print(`${alias} of ${model} has never named a version`);
  else printPage(formatTable([HEADINGS, ...listRows(moves, gates)]));
}

/** The moves alone: the gates stand in the audit. */
async function showHistoryThere(
  server: string,
  model: string,
  { alias, json }: Omit<HistoryOptions, "server">,
): Promise<void> {
  const { historyAt } = await import("../../remote-registry.ts");
  const moves = await historyAt(openRemote(server), model, alias);
  if (json) printJson({ model, alias, history: moves });
  else if (moves.length === 0) print(`${alias} of ${model} has never named a version`);
  else printPage(formatTable([HEADINGS, ...moves.map(describeMove)]));
}

function listRows(moves: readonly Promotion[], gates: readonly HeldGate[]): string[][] {
  const rows = [
    ...moves.map((move) => ({ logNumber: move.logNumber, cells: describeMove(move) })),
    ...gates.map((gate, i) => ({ logNumber: gate.logNumber, cells: describeGate(gate, gates[i - 1]) })),
  ];
  return rows.sort((a, b) => b.logNumber - a.logNumber).map(({ cells }) => cells);
}

function describeMove({ at, from, to, movement, forced, actor, reason }: Promotion | RemoteMove): string[] {
  return [
    at,
    from === undefined ? "-" : `@${from}`,
    `@${to}`,
    forced ? `${movement}, forced` : movement,
    actor.name,
    reason,
  ];
}

function describeGate({ at, artifact, actor, reason }: HeldGate, before: HeldGate | undefined): string[] {
  return [at, before ? shorten(before.artifact) : "-", shorten(artifact), "gate", actor.name, reason];
}

/** As git shortens its own. */
const shorten = (sha256: string): string => sha256.slice(0, 8);
