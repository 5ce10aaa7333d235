/**
 * Seeding: the models that come with the product, put into a registry that lacks them. Doing it again changes
 * nothing but an artifact that was lost or damaged meanwhile, and what people have promoted since is never touched.
 */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  describeNewSet,
  type EvaluationSet,
  GATES_FOLDER,
  IMAGES_FOLDER,
  isNewerList,
  listBundledSets,
  parseNamedBundles,
  parseSetRecords,
  readBundledEvaluation,
  readFacts,
  STRESS,
  STRESS_LISTS,
} from "@radlite/registry/bundle";
import {
  type Actor,
  currentVersion,
  type Promotion,
  type Registry,
  type State,
  type Version,
} from "@radlite/registry/log";
import { registerBundle } from "./bundle.ts";
import { requireModel } from "./lookup.ts";
import { findFailedRules } from "./policy.ts";
import { promote } from "./promotion.ts";
import { readRecipe } from "./recipes.ts";
import { describeFailedRules } from "./refusal.ts";
import { restoreArtifacts } from "./seed-artifacts.ts";
import { type SeededGate, seedGate } from "./seed-gates.ts";
import { defineEvaluationSet } from "./sets.ts";
import { smallestAccurate } from "./smallest-accurate.ts";

export interface SeedReport {
  /** Newly registered, parents not counted. */
  registered: Version[];
  /** That were there before. */
  present: Version[];
  /** Those of them, parents counted, whose artifact was missing or damaged; it lies there again. */
  restored: Version[];
  gates: SeededGate[];
  promoted: Promotion[];
}

const SEEDER: Actor = { name: "seed", role: "approver" };

/** In the folder, if there: of models the name of the bundle that is promoted first, as JSON. */
const PRODUCTION_FILE = "production.json";

/** Beside the bundles. */
const OTHER_FOLDERS = [IMAGES_FOLDER, GATES_FOLDER];

/** In the folder, if there: of models what their evaluation sets are, as JSON. */
const SETS_FILE = "sets.json";

/**
 * Registers the bundles of a folder, by name, says of their sets what they are, puts the folder's gate before each
 * model that has none, and promotes for each that has nothing in production the bundle that the folder names for it, or else the smallest accurate version. The policy
 * holds for both.
 * @throws BAD_INPUT when the folder cannot be read or a bundle is wrong.
 */
export async function seedRegistry(registry: Registry, shippedFolder: string): Promise<SeedReport> {
  const report: SeedReport = { registered: [], present: [], restored: [], gates: [], promoted: [] };
  const models = new Set<string>();
  const named = await readNamed(shippedFolder);
  const firsts = new Map<string, string>(); // of models, the artifact
  for (const folder of await listBundles(shippedFolder)) {
    const facts = await readFacts(folder);
    models.add(facts.model);
    if (named[facts.model] === basename(folder)) firsts.set(facts.model, facts.sha256);
    report.restored.push(...(await restoreArtifacts(registry, folder)));
    const { versions = [] } = registry.state.models.get(facts.model) ?? {};
    const present = versions.find(({ artifact }) => artifact === facts.sha256);
    if (present) report.present.push(await completeVersion(registry, present, folder));
    else report.registered.push(await registerBundle(registry, folder, { actor: SEEDER }));
  }
  await defineSets(registry, shippedFolder);
  for (const model of models) {
    const gate = await seedGate(registry, { shippedFolder, model, actor: SEEDER });
    if (gate) report.gates.push(gate); // before a version stands there without
    const promotion = await promoteFirst(registry, model, firsts.get(model));
    if (promotion) report.promoted.push(promotion);
  }
  return report;
}

/**
 * A version that was there before gets what its bundle has since: evaluations on more sets, or under a newer list of
 * changes, and its recipe.
 */
async function completeVersion(registry: Registry, version: Version, folder: string): Promise<Version> {
  const sets = await listBundledSets(folder);
  const { recipe } = await readFacts(folder);
  const isWhole =
    sets.every((set) => version.evaluations.has(set)) &&
    !(await hasNewerStress(folder, version)) &&
    (await readRecipe(registry.store, recipe.digest)) !== undefined;
  if (isWhole) return version;
  return registerBundle(registry, folder, { actor: SEEDER });
}

/** The bundle is read only where there is a newer list than the version was judged under. */
async function hasNewerStress(folder: string, { evaluations }: Version): Promise<boolean> {
  const list = evaluations.get(STRESS)?.changed?.changes;
  if (![...STRESS_LISTS.keys()].some((other) => isNewerList(other, list))) return false;
  return isNewerList((await readBundledEvaluation(folder, STRESS))?.changes, list);
}

/** What people have said of a set stays. */
async function defineSets(registry: Registry, shippedFolder: string): Promise<void> {
  const bytes = await readFile(join(shippedFolder, SETS_FILE)).catch(() => undefined);
  const records = bytes ? parseSetRecords(bytes, SETS_FILE) : {};
  for (const [model, sets] of Object.entries(records)) {
    const known = registry.state.models.get(model)?.sets;
    for (const set of sets) {
      const there = known?.get(set.name);
      if (!known || (there && !isUnsaid(there))) continue;
      await defineEvaluationSet(registry, { ...set, model, actor: SEEDER });
    }
  }
}

/** Whether its words are those that a set gets which nobody has said anything of. */
function isUnsaid({ name, description, population }: EvaluationSet): boolean {
  const unsaid = describeNewSet(name);
  const isNew = description === unsaid.description && population === unsaid.population;
  return isNew || (description === "" && population === "");
}

/** `first`: the artifact that is named for it. */
async function promoteFirst(
  registry: Registry,
  model: string,
  first: string | undefined,
): Promise<Promotion | undefined> {
  const state = await registry.refresh();
  if (currentVersion(state, model)) return undefined;
  const named = state.models.get(model)?.versions.find(({ artifact }) => artifact === first);
  const version = named ?? smallestAccurate(state, { model });
  if (!version) {
    registry.logger.warn(
      `no version of ${model} meets its policy: nothing was promoted${nameClosest(state, model)}`,
    );
    return undefined;
  }
  const result = await promote(registry, {
    version: version.id,
    expectedCurrent: null,
    reason: named
      ? "named for production among the shipped models, when the registry was seeded"
      : "the smallest version that meets the policy, when the registry was seeded",
    actor: SEEDER,
  });
  if (result.kind === "promoted") return result.promotion;
  const why =
    result.kind === "refused" ? describeFailedRules(result.failedRules) : "another one was, meanwhile";
  registry.logger.warn(`${version.id} was not promoted: ${why}`);
  return undefined;
}

/** The version that breaks the fewest rules, the latest of several, and which. */
function nameClosest(state: State, model: string): string {
  const { versions } = requireModel(state, model);
  const broken = versions.map((version) => ({ id: version.id, rules: findFailedRules(state, version) }));
  const closest = broken.sort((a, b) => a.rules.length - b.rules.length)[0];
  return closest ? `; the closest is ${closest.id}: ${describeFailedRules(closest.rules)}` : "";
}

/** Bundles by model. */
async function readNamed(shippedFolder: string): Promise<Record<string, string>> {
  const path = join(shippedFolder, PRODUCTION_FILE);
  const bytes = await readFile(path).catch(() => undefined);
  return bytes ? parseNamedBundles(bytes, PRODUCTION_FILE) : {};
}

async function listBundles(shippedFolder: string): Promise<string[]> {
  const entries = await readdir(shippedFolder, { withFileTypes: true }).catch((cause) => {
    throw new RadliteError("BAD_INPUT", `${shippedFolder} cannot be read: expected a folder of bundles`, {
      cause,
    });
  });
  return entries
    .filter((entry) => entry.isDirectory() && !OTHER_FOLDERS.includes(entry.name))
    .map((entry) => join(shippedFolder, entry.name))
    .sort();
}
