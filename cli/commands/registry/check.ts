/**
 * `radlite registry check VERSION`: what `promote` would decide, rule by rule, and moves nothing. A version that does not
 * pass ends with exit code 3, as its promotion would.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Policy } from "@radlite/registry/log";
import type { Command } from "commander";
import { openLocalRegistry } from "../../local-registry.ts";
import { readPolicyFile } from "../../policy-file.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson, printPage } from "../../show/output.ts";
import { formatRules } from "../../show/rule-table.ts";

interface CheckOptions {
  alias: string;
  policy?: string;
  server?: string;
  json?: boolean;
}

export function addCheck(registry: Command): void {
  registry
    .command("check")
    .description("show every rule that a version must fulfil to be promoted, with limit and actual figure")
    .argument("<version>", "such as chest-xray@3")
    .option("--alias <name>", "the alias that would move", "production")
    .option("--policy <file>", "check it by this policy, as registry policy --json prints one")
    .addOption(serverOption("of a version there"))
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry check chest-xray@3")
    .action(check);
}

async function check(version: string, { alias, policy: file, server, json }: CheckOptions): Promise<void> {
  const { adviseOnRefusal, describeFailedRules, failedAmong } = await import("@radlite/registry/commands");
  const policy = file === undefined ? {} : { policy: await readPolicyFile(file) };
  const input = { version, alias, ...policy };
  const { current, ...found } = await (server === undefined ? checkHere(input) : checkThere(server, input));
  if (json) printJson({ version, alias, current: current?.id ?? null, ...found });
  else printPage(formatRules(found.rules));
  if (found.passes) {
    if (!json) print(`${version} may be promoted to ${alias}, which names ${current?.id ?? "nothing"}`);
    return;
  }
  const failed = failedAmong(found.rules);
  const sentence = `${version} does not pass the policy: ${describeFailedRules(failed)}.`;
  const advice = adviseOnRefusal(version, failed);
  throw new RadliteError("REFUSED", advice === undefined ? sentence : `${sentence} ${advice}`);
}

interface CheckInput {
  version: string;
  alias: string;
  policy?: Policy;
}

async function checkHere(input: CheckInput) {
  const { checkPromotion } = await import("@radlite/registry/commands");
  const registry = await openLocalRegistry("read");
  return checkPromotion(registry, registry.state, input);
}

async function checkThere(server: string, input: CheckInput) {
  const { checkAt } = await import("../../remote/policies.ts");
  return checkAt(openRemote(server), input);
}
