/** `radlite registry audit`: every event of the registry, newest first: who, when, what and why. */
import { RadliteError } from "@radlite/model/errors";
import { graphql, type ResultOf } from "@radlite/registry/client";
import type { Command } from "commander";
import { openAsking } from "../../asking-registry.ts";
import { serverOption } from "../../remote.ts";
import { formatTable, print, printJson, printPage } from "../../show/output.ts";
import { readTime } from "../../times.ts";

const AUDIT = graphql(`
  query (
    $model: ID, $kinds: [String!], $actor: String, $requestId: ID, $since: DateTime, $until: DateTime,
    $first: Int!, $after: String
  ) {
    audit(
      model: $model, kinds: $kinds, actor: $actor, requestId: $requestId, since: $since, until: $until,
      first: $first, after: $after
    ) {
      pageInfo { hasNextPage endCursor }
      edges { node { logNumber at requestId actor { name role } kind model subject summary reason details } }
    }
  }
`);

type Entry = ResultOf<typeof AUDIT>["audit"]["edges"][number]["node"];

const PAGE = 100;

interface AuditOptions {
  model?: string;
  kind?: string[];
  actor?: string;
  request?: string;
  since?: string;
  until?: string;
  limit: string;
  server?: string;
  json?: boolean;
}

export function addAudit(registry: Command): void {
  registry
    .command("audit")
    .description("show what happened in the registry, newest first: who, when, what and why")
    .option("--model <name>", "only events about this model")
    .option("--kind <kind...>", "only events of these kinds, such as AliasMoved or PolicySet")
    .option("--actor <name>", "only what somebody of this name did")
    .option("--request <id>", "only what this request did, of an answer's x-request-id or a line of the log")
    .option("--since <time>", "from this time on, such as 2026-11-30T08:00:00Z")
    .option("--until <time>", "up to this time")
    .option("--limit <count>", "how many at most", "50")
    .addOption(serverOption())
    .option("--json", "print one JSON object, with all that each event says")
    .addHelpText(
      "after",
      "\nExample:\n  radlite registry audit --model chest-xray --kind AliasMoved PolicySet",
    )
    .action(showAudit);
}

async function showAudit({
  server,
  json,
  limit,
  kind: kinds,
  request,
  since,
  until,
  ...filter
}: AuditOptions): Promise<void> {
  const count = readCount(limit);
  const times = {
    ...(since !== undefined && { since: await readTime("--since", since) }),
    ...(until !== undefined && { until: await readTime("--until", until) }),
  };
  const ask = await openAsking(server);
  const entries: Entry[] = [];
  for (let after: string | null = null; entries.length < count; ) {
    const first = Math.min(PAGE, count - entries.length);
    const { audit }: ResultOf<typeof AUDIT> = await ask(AUDIT, {
      ...filter,
      ...times,
      ...(kinds && { kinds }),
      ...(request !== undefined && { requestId: request }),
      ...{ first, after },
    });
    entries.push(...audit.edges.map(({ node }) => node));
    after = audit.pageInfo.endCursor;
    if (!audit.pageInfo.hasNextPage) break;
  }
  if (json) return printJson({ events: entries });
  if (entries.length === 0) return print("no such events");
  const rows = entries.map(({ at, actor, summary, reason }) => [at, actor.name, summary, reason ?? ""]);
  printPage(formatTable([["when", "by", "what", "reason"], ...rows]));
}

/** @throws BAD_INPUT for what is no number of events. */
function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 100_000) return count;
  throw new RadliteError("BAD_INPUT", `--limit is ${text}, expected 1 to 100000`);
}
