/** `radlite registry list`: the versions of the registry with what they cost and how they do. */
import type { VersionMetrics } from "@radlite/registry/commands";
import type { EvaluationSet, State, Version } from "@radlite/registry/log";
import type { Command } from "commander";
import { openLocalRegistry, storeAddress } from "../local-registry.ts";
import { formatCount, formatTable, printJson } from "../output.ts";

interface ListOptions {
  model?: string;
  json?: boolean;
}

const PAGE = 100;
const SETS = ["validation", "test"] as const satisfies readonly EvaluationSet[];

export function addList(registry: Command): void {
  registry
    .command("list")
    .description("list the versions with their bytes and figures")
    .option("--model <name>", "only the versions of this model")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite registry list --model chest-xray")
    .action(list);
}

async function list({ model, json }: ListOptions): Promise<void> {
  const { listVersions, metricsOf } = await import("@radlite/registry/commands");
  const { state } = await openLocalRegistry("read");
  const filter = model === undefined ? {} : { model: { eq: model } };
  const versions: Version[] = [];
  for (let after: string | undefined; ; ) {
    const page = listVersions(state, { filter, first: PAGE, ...(after && { after }) });
    versions.push(...page.edges.map(({ node }) => node));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) break;
  }
  const listed = versions.map((version) => ({
    ...version,
    aliases: aliasesOf(state, version),
    metrics: Object.fromEntries(SETS.map((set) => [set, metricsOf(version, set)])),
  }));
  if (json) printJson({ versions: listed });
  else if (listed.length === 0)
    console.log(`no versions at ${storeAddress()}; "radlite registry seed" puts some there`);
  else console.log(formatTable([HEADINGS, ...listed.map(describeVersion)]));
}

const HEADINGS = ["version", "bytes", "weights", "AUC", "sensitivity", "specificity", "test AUC", "alias"];

type Listed = Version & { aliases: string[]; metrics: Partial<Record<EvaluationSet, VersionMetrics>> };

/** Figures on validation, unless the heading says otherwise. */
function describeVersion({ id, sizeBytes, parameters, aliases, metrics }: Listed): string[] {
  const figure = (set: EvaluationSet, name: "auc" | "sensitivity" | "specificity") =>
    metrics[set]?.[name].value.toFixed(4) ?? "";
  return [
    ...[id, formatCount(sizeBytes), formatCount(parameters)],
    ...[
      figure("validation", "auc"),
      figure("validation", "sensitivity"),
      figure("validation", "specificity"),
    ],
    ...[figure("test", "auc"), aliases.join(", ")],
  ];
}

function aliasesOf(state: State, { model, number }: Version): string[] {
  const moves = state.models.get(model)?.aliases ?? new Map();
  return [...moves].filter(([, promotions]) => promotions.at(-1)?.to === number).map(([alias]) => alias);
}
