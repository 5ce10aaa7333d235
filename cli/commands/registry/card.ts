/**
 * `radlite registry card VERSION`: the model card of a version, or with --best those of the best of each class of size.
 * docs/cards holds what it writes of the models that come with Radlite.
 */
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { type Client, graphql } from "@radlite/registry/client";
import type { Registry, State, Version } from "@radlite/registry/log";
import { type Command, Option } from "commander";
import { makeNamedFolder, requireWritable, writeNamedFile } from "../../files.ts";
import { DEFAULT_MODEL, openLocalRegistry, requireKnownModel, storeAddress } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson, printPage } from "../../show/output.ts";
import { openShipped } from "./results.ts";

const CARD = graphql("query ($id: ID!) { version(id: $id) { card } }");

/** A folder of registry/shipped, or of a parent in it. */
const SHIPPED_NAME = /^[a-z0-9][a-z0-9-]*(\/parent)?$/;

interface CardOptions {
  shipped?: boolean;
  best?: boolean;
  model: string;
  out?: string;
  server?: string;
  json?: boolean;
}

export function addCard(registry: Command): void {
  registry
    .command("card")
    .description("print the model card of a version, as Hugging Face's Hub reads it")
    .argument("[version]", "such as chest-xray@3; of --shipped also a name such as residual-64")
    .addOption(serverOption("of a version there").conflicts(["shipped", "best"]))
    .option("--shipped", "of the models that come with Radlite, whatever the registry holds")
    .option("--best", "the best version of each size, up to 1, 4, 16 and 64 kB, into the folder --out")
    .option("--model <name>", "whose versions --best chooses from", DEFAULT_MODEL)
    .option("--out <path>", "write it to this file")
    .addOption(new Option("--json", "print one JSON object").conflicts(["best", "out"]))
    .addHelpText(
      "after",
      "\nExamples:\n  radlite registry card chest-xray@3 --out README.md\n  radlite registry card --shipped --best --out docs/cards",
    )
    .action(printCard);
}

async function printCard(name: string | undefined, options: CardOptions): Promise<void> {
  const { shipped = false, best = false, model, out, server, json } = options;
  if ((name === undefined) !== best || (best && out === undefined)) {
    throw new RadliteError("BAD_INPUT", "expected a version, or --best with a folder as --out");
  }
  await (best ? makeNamedFolder(out!) : requireWritable(out));
  if (server !== undefined) {
    return tellCard({ version: name!, card: await readCardThere(openRemote(server), name!) }, { out, json });
  }
  const registry = shipped ? await openShipped() : await openLocalRegistry("read");
  if (name === undefined) {
    await writeBest(registry, model, out!);
    return;
  }
  const { writeModelCard } = await import("@radlite/registry/commands");
  const version = await requireNamed(registry, name, shipped);
  const card = await writeModelCard(registry, registry.state, version);
  await tellCard({ version: version.id, card }, { out, json });
}

async function tellCard(
  told: { version: string; card: string },
  { out, json }: Pick<CardOptions, "out" | "json">,
): Promise<void> {
  if (json) printJson(told);
  else if (out === undefined) printPage(told.card.trimEnd());
  else await writeNamedFile(out, told.card);
}

async function readCardThere(remote: Client, name: string): Promise<string> {
  const { version } = await remote.ask(CARD, { id: name });
  if (version) return version.card;
  throw new RadliteError("NOT_FOUND", `no version ${name} is registered at ${remote.url}`);
}

async function writeBest(registry: Registry, model: string, folder: string): Promise<void> {
  const { bestOfClasses, writeModelCard } = await import("@radlite/registry/commands");
  requireKnownModel(registry.state, model);
  for (const { kB, version } of bestOfClasses(registry.state, model)) {
    const path = join(folder, `${kB}-kb.md`);
    await writeNamedFile(path, await writeModelCard(registry, registry.state, version));
    print(`${path}: ${version.id}, ${version.recipe}, ${version.sizeBytes} bytes`);
  }
}

/** @throws NOT_FOUND for a version that is not there. */
async function requireNamed({ state }: Registry, name: string, shipped: boolean): Promise<Version> {
  const { findVersion } = await import("@radlite/registry/log");
  const version = findVersion(state, name) ?? (shipped ? await findBundled(state, name) : undefined);
  if (version) return version;
  const where = shipped ? "comes with Radlite" : `is registered at ${storeAddress()}`;
  const next = shipped ? "radlite registry results --shipped" : "radlite registry list";
  throw new RadliteError("NOT_FOUND", `no version ${name} ${where}; "${next}" shows those that are there`);
}

/** The version of a shipped model by the name of its folder. */
async function findBundled(state: State, name: string): Promise<Version | undefined> {
  const { findFacts } = await import("@radlite/registry/bundle");
  const { findArtifact } = await import("@radlite/registry/log");
  const { findRepositoryRoot } = await import("@radlite/training/recipes");
  if (!SHIPPED_NAME.test(name)) return undefined;
  const facts = await findFacts(join(findRepositoryRoot(), "registry/shipped", name));
  return facts && findArtifact(state, facts.sha256);
}
