/** `radlite registry history`: every move of an alias, newest first: when, from what to what, who and why. */
import type { Promotion } from "@radlite/registry/log";
import type { Command } from "commander";
import { DEFAULT_MODEL, openLocalRegistry, requireKnownModel } from "../../local-registry.ts";
import { formatTable, print, printJson, printPage } from "../../show/output.ts";

interface HistoryOptions {
  alias: string;
  json?: boolean;
}

const PAGE = 100;
const HEADINGS = ["when", "from", "to", "movement", "by", "reason"];

export function addHistory(registry: Command): void {
  registry
    .command("history")
    .description("show what was in production when, and who put it there why")
    .argument("[model]", "the model", DEFAULT_MODEL)
    .option("--alias <name>", "the alias", "production")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry history chest-xray")
    .action(showHistory);
}

async function showHistory(model: string, { alias, json }: HistoryOptions): Promise<void> {
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
  if (json) printJson({ model, alias, history: moves });
  else if (moves.length === 0) print(`${alias} of ${model} has never named a version`);
  else printPage(formatTable([HEADINGS, ...moves.map(describeMove)]));
}

function describeMove({ at, from, to, movement, forced, actor, reason }: Promotion): string[] {
  return [
    at,
    from === undefined ? "-" : `@${from}`,
    `@${to}`,
    forced ? `${movement}, forced` : movement,
    actor.name,
    reason,
  ];
}
