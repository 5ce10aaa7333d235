/**
 * Seeding: the models that come with the product, put into a registry that lacks them. Doing it again changes
 * nothing, and what people have promoted since is never touched.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  type Actor,
  currentVersion,
  type Promotion,
  type Registry,
  type Version,
} from "@radlite/registry/log";
import { FACTS_FILE, IMAGES_FOLDER, registerBundle } from "./bundle.ts";
import { parseVersionFacts } from "./bundle-schema.ts";
import { smallestAccurate } from "./policy.ts";
import { promote } from "./promotion.ts";

export interface SeedReport {
  /** Newly registered, parents not counted. */
  registered: Version[];
  /** That were there before. */
  present: Version[];
  promoted: Promotion[];
}

const SEEDER: Actor = { name: "seed", role: "approver" };

/**
 * Registers the bundles of a folder, by name, and promotes the smallest accurate version of each model that has
 * nothing in production.
 * @throws BAD_INPUT when the folder cannot be read or a bundle is wrong.
 */
export async function seedRegistry(registry: Registry, shippedFolder: string): Promise<SeedReport> {
  const report: SeedReport = { registered: [], present: [], promoted: [] };
  const models = new Set<string>();
  for (const folder of await listBundles(shippedFolder)) {
    const facts = parseVersionFacts(await readFile(join(folder, FACTS_FILE)), join(folder, FACTS_FILE));
    models.add(facts.model);
    const { versions = [] } = registry.state.models.get(facts.model) ?? {};
    const present = versions.find(({ artifact }) => artifact === facts.sha256);
    if (present) report.present.push(present);
    else report.registered.push(await registerBundle(registry, folder, { actor: SEEDER }));
  }
  for (const model of models) {
    const promotion = await promoteFirst(registry, model);
    if (promotion) report.promoted.push(promotion);
  }
  return report;
}

async function promoteFirst(registry: Registry, model: string): Promise<Promotion | undefined> {
  const state = await registry.refresh();
  if (currentVersion(state, model)) return undefined;
  const version = smallestAccurate(state, { model });
  if (!version) {
    registry.logger.warn(`no version of ${model} meets its policy: nothing was promoted`);
    return undefined;
  }
  const result = await promote(registry, {
    version: version.id,
    expectedCurrent: null,
    reason: "the smallest version that meets the policy, when the registry was seeded",
    actor: SEEDER,
  });
  if (result.kind === "promoted") return result.promotion;
  registry.logger.warn(`${version.id} was not promoted: ${result.kind}`);
  return undefined;
}

async function listBundles(shippedFolder: string): Promise<string[]> {
  const entries = await readdir(shippedFolder, { withFileTypes: true }).catch((cause) => {
    throw new RadliteError("BAD_INPUT", `${shippedFolder} cannot be read: expected a folder of bundles`, {
      cause,
    });
  });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== IMAGES_FOLDER)
    .map((entry) => join(shippedFolder, entry.name))
    .sort();
}
