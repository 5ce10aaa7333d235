/** `radlite registry rollback [MODEL] --reason TEXT`: moves an alias back to the version before. */
import { RadliteError } from "@radlite/model/errors";
import type { Command } from "commander";
import { DEFAULT_MODEL, localActor, openLocalRegistry } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson } from "../../show/output.ts";

interface RollbackOptions {
  reason: string;
  alias: string;
  expectedCurrent?: string;
  server?: string;
  json?: boolean;
}

export function addRollback(registry: Command): void {
  registry
    .command("rollback")
    .description("put the version before back into production")
    .argument("[model]", "the model", DEFAULT_MODEL)
    .requiredOption("--reason <text>", "why; kept in the history")
    .option("--alias <name>", "the alias to move", "production")
    .option("--expected-current <version>", "refuse when the alias names another version than this by now")
    .addOption(serverOption())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  radlite registry rollback --reason "misses what the one before found"',
    )
    .action(rollBack);
}

async function rollBack(model: string, { json, server, ...options }: RollbackOptions): Promise<void> {
  const { rollBackAt } = await import("../../remote/promotion.ts");
  const { rollback } = await import("@radlite/registry/commands");
  const result =
    server === undefined
      ? await rollback(await openLocalRegistry("write"), { model, ...options, actor: localActor() })
      : await rollBackAt(openRemote(server), { model, ...options });
  if (json) printJson(result);
  if (result.kind === "promoted") {
    const to = "to" in result ? result.to : result.promotion.to;
    if (!json) print(`${model}@${to} is in ${options.alias} again`);
    return;
  }
  const current = result.kind === "conflict" ? result.current : undefined;
  throw new RadliteError(
    "CONFLICT",
    `${options.alias} names ${current?.id ?? "nothing"}, not ${options.expectedCurrent}: look again, then decide`,
  );
}
