/**
 * `radlite registry promote VERSION --reason TEXT`: moves an alias to a version if the model's policy allows.
 * A refusal names each rule that failed and what to do next, and ends with exit code 3.
 */
import { RadliteError } from "@radlite/model/errors";
import type { PromoteInput } from "@radlite/registry/commands";
import type { Command } from "commander";
import { localActor, openLocalRegistry } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson } from "../../show/output.ts";

interface PromoteOptions {
  reason: string;
  alias: string;
  expectedCurrent?: string;
  force?: boolean;
  server?: string;
  json?: boolean;
}

export function addPromote(registry: Command): void {
  registry
    .command("promote")
    .description("put a version into production, if the model's policy allows")
    .argument("<version>", "such as chest-xray@3")
    .requiredOption("--reason <text>", "why; kept in the history")
    .option("--alias <name>", "the alias to move", "production")
    .option("--expected-current <version>", "refuse when the alias names another version than this by now")
    .option("--force", "promote in spite of failed rules; the history says so")
    .addOption(serverOption())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  radlite registry promote chest-xray@3 --reason "smaller, as accurate"',
    )
    .action(promoteVersion);
}

async function promoteVersion(version: string, { json, server, ...options }: PromoteOptions): Promise<void> {
  const { adviseOnRefusal, describeFailedRules } = await import("@radlite/registry/commands");
  const result = await (server === undefined ? promoteHere : promoteThere(server))({ version, ...options });
  if (json) printJson(result);
  switch (result.kind) {
    case "promoted":
      if (!json) print(`${version} is now in ${options.alias}`);
      return;
    case "refused": {
      const { failedRules } = result;
      const sentence = `${version} does not pass the policy: ${describeFailedRules(failedRules)}.`;
      const advice = adviseOnRefusal(version, failedRules);
      throw new RadliteError("REFUSED", advice === undefined ? sentence : `${sentence} ${advice}`);
    }
    case "conflict":
      throw new RadliteError(
        "CONFLICT",
        `${options.alias} names ${result.current?.id ?? "nothing"}, not ${options.expectedCurrent}: look again, then decide`,
      );
    default:
      result satisfies never;
  }
}

type Promoting = Omit<PromoteInput, "actor">;

async function promoteHere(input: Promoting) {
  const { promote } = await import("@radlite/registry/commands");
  return promote(await openLocalRegistry("write"), { ...input, actor: localActor() });
}

const promoteThere = (server: string) => async (input: Promoting) => {
  const { promoteAt } = await import("../../remote/promotion.ts");
  return promoteAt(openRemote(server), { ...input });
};
