/** `radlite registry list`: the versions of the registry with what they cost and how they do. */
import type { VersionMetrics } from "@radlite/registry/commands";
import type { State, Version } from "@radlite/registry/log";
import type { Command } from "commander";
import { openLocalRegistry, requireKnownModel, storeAddress } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { setOption } from "../../set-option.ts";
import { formatCount, formatShare, formatTable, print, printJson, printPage } from "../../show/output.ts";

interface ListOptions {
  model?: string;
  on: string;
  server?: string;
  json?: boolean;
}

const PAGE = 100;

export function addList(registry: Command): void {
  registry
    .command("list")
    .description("list the versions with their bytes and figures")
    .option("--model <name>", "only the versions of this model")
    .addOption(setOption())
    .addOption(serverOption())
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry list --model chest-xray --on test")
    .action(list);
}

async function list({ model, on, server, json }: ListOptions): Promise<void> {
  if (server !== undefined) return listThere(server, { model, on, json });
  const { listVersions, metricsOf } = await import("@radlite/registry/commands");
  const { sortSets } = await import("@radlite/registry/bundle");
  const { state } = await openLocalRegistry("read");
  if (model !== undefined) requireKnownModel(state, model);
  const filter = model === undefined ? {} : { model: { eq: model } };
  const versions: Version[] = [];
  for (let after: string | undefined; ; ) {
    const page = listVersions(state, { filter, metricsOn: on, first: PAGE, ...(after && { after }) });
    versions.push(...page.edges.map(({ node }) => node));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) break;
  }
  const listed = versions.map((version) => ({
    ...version,
    aliases: aliasesOf(state, version),
    evaluations: Object.fromEntries(version.evaluations),
    metrics: Object.fromEntries(
      sortSets(version.evaluations.keys()).map((set) => [set, metricsOf(version, set)]),
    ),
  }));
  if (json) printJson({ versions: listed });
  else if (listed.length === 0)
    print(`no versions at ${storeAddress()}; "radlite registry seed" puts some there`);
  else printPage(formatTable([HEADINGS, ...listed.map((version) => describeVersion(version, on))]));
}

async function listThere(
  server: string,
  { model, on, json }: Pick<ListOptions, "on" | "json"> & { model: string | undefined },
): Promise<void> {
  const { listVersionsAt } = await import("../../remote/versions.ts");
  const { versions, production } = await listVersionsAt(openRemote(server), { model, on });
  if (json) return printJson({ versions });
  if (versions.length === 0) return print(`no versions at ${server}`);
  const rows = versions.map((version) =>
    describeRow(
      { ...version, stageNames: version.stages.map(({ name }) => name) },
      version.metrics ?? undefined,
      production.get(version.id) ?? "",
    ),
  );
  printPage(formatTable([HEADINGS, ...rows]));
}

const HEADINGS = [
  ...["version", "recipe", "stages", "bytes", "weights"],
  ...["accuracy", "sensitivity", "specificity", "AUC", "alias"],
];

interface Listed extends Omit<Version, "evaluations"> {
  aliases: string[];
  metrics: Record<string, VersionMetrics | undefined>;
}

function describeVersion(version: Listed, on: string): string[] {
  return describeRow(version, version.metrics[on], version.aliases.join(", "));
}

function describeRow(
  version: Pick<Version, "id" | "recipe" | "stageNames" | "sizeBytes" | "parameters">,
  figures: Pick<VersionMetrics, "accuracy" | "sensitivity" | "specificity" | "auc"> | undefined,
  aliases: string,
): string[] {
  const { id, recipe, stageNames, sizeBytes, parameters } = version;
  const shares = [figures?.accuracy, figures?.sensitivity, figures?.specificity];
  return [
    ...[id, recipe, stageNames.join(", ") || "float", formatCount(sizeBytes), formatCount(parameters)],
    ...shares.map((share) => (share ? formatShare(share) : "")),
    ...[figures?.auc.value.toFixed(4) ?? "", aliases],
  ];
}

function aliasesOf(state: State, { model, number }: Version): string[] {
  const moves = state.models.get(model)?.aliases ?? new Map();
  return [...moves].filter(([, promotions]) => promotions.at(-1)?.to === number).map(([alias]) => alias);
}
