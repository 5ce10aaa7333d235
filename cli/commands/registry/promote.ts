/**
 * `radlite registry promote VERSION --reason TEXT`: moves an alias to a version if the model's policy allows.
 * A refusal names each rule that failed and ends with exit code 3.
 */
import { RadliteError } from "@radlite/model/errors";
import type { FailedRule } from "@radlite/registry/log";
import type { Command } from "commander";
import { localActor, openLocalRegistry } from "../../local-registry.ts";
import { print, printJson } from "../../show/output.ts";

interface PromoteOptions {
  reason: string;
  alias: string;
  expectedCurrent?: string;
  force?: boolean;
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
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  radlite registry promote chest-xray@3 --reason "smaller, as accurate"',
    )
    .action(promoteVersion);
}

async function promoteVersion(version: string, { json, ...options }: PromoteOptions): Promise<void> {
  const { promote } = await import("@radlite/registry/commands");
  const registry = await openLocalRegistry("write");
  const result = await promote(registry, { version, ...options, actor: localActor() });
  if (json) printJson(result);
  switch (result.kind) {
    case "promoted":
      if (!json) print(`${version} is now in ${options.alias}`);
      return;
    case "refused":
      throw new RadliteError(
        "REFUSED",
        `${version} does not pass the policy: ${result.failedRules.map(describeRule).join("; ")}`,
      );
    case "conflict":
      throw new RadliteError(
        "CONFLICT",
        `${options.alias} names ${result.current?.id ?? "nothing"}, not ${options.expectedCurrent}: look again, then decide`,
      );
    default:
      result satisfies never;
  }
}

function describeRule({ rule, set, figure, bound, limit, actual }: FailedRule): string {
  const about = set === undefined ? "" : ` on ${set}`;
  switch (rule) {
    case "artifact":
      return "its file is missing or damaged";
    case "operatingPoint":
      return "its file is not sealed";
    case "notArchived":
      return "it is archived";
    case "evaluation":
      return `it was not evaluated${about}`;
    case "minimum": {
      const end = bound === "low" ? ", lower end of its 95% interval," : "";
      return `${figure}${about}${end} is ${round(actual)}, limit ${limit}`;
    }
    case "maxAucDrop":
      return `its AUC${about} is ${round(actual)} below that in production, limit ${limit}`;
    default:
      return rule satisfies never;
  }
}

const round = (figure: number): number => Number(figure.toFixed(4));
