/**
 * `radlite registry policy [MODEL]`: what a version must reach to be promoted; with --set another one, from a file as
 * --json prints it.
 */
import { RadliteError } from "@radlite/model/errors";
import type { HeldPolicy, Policy } from "@radlite/registry/log";
import { type Command, Option } from "commander";
import { DEFAULT_MODEL, localActor, openLocalRegistry, requireKnownModel } from "../../local-registry.ts";
import { readPolicyFile } from "../../policy-file.ts";
import type { RemotePolicy } from "../../remote/policies.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson, printPage } from "../../show/output.ts";
import { formatPolicy } from "../../show/rule-table.ts";
import { readTime } from "../../times.ts";

interface PolicyOptions {
  at?: string;
  set?: string;
  reason?: string;
  server?: string;
  json?: boolean;
}

export function addPolicy(registry: Command): void {
  registry
    .command("policy")
    .description("show what a version must reach to be promoted, or set it")
    .argument("[model]", "the model", DEFAULT_MODEL)
    .addOption(new Option("--at <time>", "the one that held then, such as 2026-11-24").conflicts("set"))
    .option("--set <file>", "put this policy in its place, as --json prints one")
    .option("--reason <text>", "with --set: why; kept with the policy")
    .addOption(serverOption())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExamples:\n  radlite registry policy --json > policy.json\n  radlite registry policy --set policy.json --reason "our own films too"',
    )
    .action(showPolicy);
}

async function showPolicy(model: string, { at, set, reason, server, json }: PolicyOptions): Promise<void> {
  if ((set === undefined) !== (reason === undefined)) {
    throw new RadliteError("BAD_INPUT", "expected --set with --reason: why the policy is another one now");
  }
  const time = at === undefined ? undefined : await readTime("--at", at);
  const place = server === undefined ? here(model) : there(server, model);
  if (set !== undefined) await place.set(await readPolicyFile(set), reason!);
  const policy = await place.read(time);
  if (!policy) throw new RadliteError("NOT_FOUND", `no policy of ${model} held at ${at}`);
  if (json) return printJson({ model, policy });
  printPage(formatPolicy(policy));
  print(`set ${policy.at} by ${policy.actor.name}${policy.reason === undefined ? "" : `: ${policy.reason}`}`);
}

interface PolicyPlace {
  set(policy: Policy, reason: string): Promise<unknown>;
  /** At an ISO time, or now. */
  read(at: string | undefined): Promise<HeldPolicy | RemotePolicy | undefined>;
}

function here(model: string): PolicyPlace {
  return {
    async set(policy, reason) {
      const { setPolicy } = await import("@radlite/registry/commands");
      await setPolicy(await openLocalRegistry("write"), { model, policy, reason, actor: localActor() });
    },
    async read(at) {
      const { policyAt } = await import("@radlite/registry/commands");
      const { state } = await openLocalRegistry("read");
      requireKnownModel(state, model);
      return at === undefined ? state.models.get(model)!.policies.at(-1) : policyAt(state, { model, at });
    },
  };
}

function there(server: string, model: string): PolicyPlace {
  const remote = openRemote(server);
  return {
    async set(policy, reason) {
      const { setPolicyAt } = await import("../../remote/policies.ts");
      await setPolicyAt(remote, { model, policy, reason });
    },
    async read(at) {
      const { readPolicyAt } = await import("../../remote/policies.ts");
      return readPolicyAt(remote, { model, at });
    },
  };
}
