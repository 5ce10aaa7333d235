/**
 * `radlite registry history`: every move of an alias and every gate that was set before the model, newest first: when,
 * from what to what, who and why.
 */
import type { HeldGate, Promotion } from "@radlite/registry/log";
import type { Command } from "commander";
import { DEFAULT_MODEL, openLocalRegistry, requireKnownModel } from "../../local-registry.ts";
import type { RemoteGate, RemoteMove } from "../../remote/history.ts";
import { openRemote, serverOption } from "../../remote.ts";
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
  const { moves, gates } = await (server === undefined
    ? readHistory(model, alias)
    : readHistoryThere(server, model, alias));
  if (json) printJson({ model, alias, history: moves, gates: gates.toReversed() });
  else if (moves.length + gates.length === 0) print(`${alias} of ${model} has never named a version`);
  else printPage(formatTable([HEADINGS, ...listRows(moves, gates)]));
}

/** Moves newest first, gates oldest first. */
interface History {
  moves: readonly (Promotion | RemoteMove)[];
  gates: readonly (HeldGate | RemoteGate)[];
}

async function readHistory(model: string, alias: string): Promise<History> {
  const { historyOf } = await import("@radlite/registry/commands");
  const { state } = await openLocalRegistry("read");
  requireKnownModel(state, model);
  const moves: Promotion[] = [];
  for (let after: string | undefined; ; ) {
    const page = historyOf(state, { model, alias, first: PAGE, ...(after && { after }) });
    moves.push(...page.edges.map(({ node }) => node));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) return { moves, gates: state.models.get(model)!.gates };
  }
}

async function readHistoryThere(server: string, model: string, alias: string): Promise<History> {
  const { listGatesAt, listMovesAt } = await import("../../remote/history.ts");
  const remote = openRemote(server);
  const [moves, gates] = await Promise.all([listMovesAt(remote, model, alias), listGatesAt(remote, model)]);
  return { moves, gates };
}

/** By their places in the log; by their times where a server tells no places. A gate comes before a version behind it. */
function listRows(moves: History["moves"], gates: History["gates"]): string[][] {
  const orderOf = (one: { at: string; logNumber?: number }) => one.logNumber ?? Date.parse(one.at);
  const rows = [
    ...moves.map((move) => ({ order: orderOf(move), cells: describeMove(move) })),
    ...gates
      .map((gate, i) => ({ order: orderOf(gate), cells: describeGate(gate, gates[i - 1]) }))
      .toReversed(),
  ];
  return rows.sort((a, b) => b.order - a.order).map(({ cells }) => cells);
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

function describeGate(
  { at, artifact, actor, reason }: HeldGate | RemoteGate,
  before: HeldGate | RemoteGate | undefined,
): string[] {
  return [at, before ? shorten(before.artifact) : "-", shorten(artifact), "gate", actor.name, reason];
}

/** As git shortens its own. */
const shorten = (sha256: string): string => sha256.slice(0, 8);
