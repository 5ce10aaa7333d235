/** All that a card is made of, read once: from one state, and the evidence that it names. */
import { RadliteError } from "@radlite/model/errors";
import { type Evaluation, type RobustnessReport, sortSets } from "@radlite/registry/bundle";
import {
  findArtifact,
  type Model,
  type Registry,
  type State,
  type Version,
  type VersionRegistered,
} from "@radlite/registry/log";
import { type Damage, measureDamage } from "../damage.ts";
import { readEvaluation, readVersionFacts } from "../evidence.ts";
import { requireModel } from "../lookup.ts";
import { metricsOf } from "../metrics.ts";
import { readRecipe } from "../recipes.ts";
import { readRobustness } from "../robustness.ts";
import { requireSet } from "../sets.ts";
import { type JudgedSet, judgeSet } from "./judged-set.ts";

export interface CardSource {
  model: Model;
  version: Version;
  facts: VersionRegistered;
  /** Names of the aliases that name it now. */
  aliases: string[];
  /** The text of its recipe; absent where it was not kept. */
  recipe?: string;
  /** What it was compressed from, where that is registered. */
  parent?: Version;
  /** What it learnt from: each where that is registered, else its digest. */
  teachers: (Version | string)[];
  /** Every set that it was evaluated on: the standard ones first. */
  sets: JudgedSet[];
  /** What became of its answers when the same radiographs came another way; absent: nobody has recorded it. */
  robustness?: RobustnessReport;
}

/**
 * One evaluation after the other, so that only one and its parent's are in memory.
 * @throws NOT_FOUND or UNAVAILABLE for evidence that is missing from the store or damaged: a card is whole or none.
 */
export async function readCardSource(
  registry: Registry,
  state: State,
  version: Version,
): Promise<CardSource> {
  const model = requireModel(state, version.model);
  const facts = await readVersionFacts(registry, version);
  const recipe = await readRecipe(registry.store, facts.recipe.digest);
  const robustness = await readRobustness(registry, version);
  const parent = version.parent === undefined ? undefined : findArtifact(state, version.parent);
  const teachers = (version.teachers ?? []).map((digest) => findArtifact(state, digest) ?? digest);
  const sets: JudgedSet[] = [];
  for (const set of sortSets(version.evaluations.keys())) {
    const judged = await readJudgedSet(registry, { version, parent, set, state });
    if (judged) sets.push(judged);
  }
  return {
    ...{ model, version, facts, sets, teachers },
    aliases: [...model.aliases]
      .filter(([, moves]) => moves.at(-1)?.to === version.number)
      .map(([name]) => name),
    ...(recipe !== undefined && { recipe }),
    ...(robustness && { robustness }),
    ...(parent && { parent }),
  };
}

async function readJudgedSet(
  registry: Registry,
  {
    state,
    version,
    parent,
    set,
  }: { state: State; version: Version; parent: Version | undefined; set: string },
): Promise<JudgedSet | undefined> {
  const metrics = metricsOf(version, set);
  const evaluation = await readEvaluation(registry, version, set);
  if (!metrics || !evaluation) return undefined;
  const isComparable =
    evaluation.changes === undefined && parent?.evaluations.get(set)?.images === evaluation.images;
  const before = isComparable && parent ? await readEvaluation(registry, parent, set) : undefined;
  const damage = before && findDamage(evaluation, before);
  return judgeSet(evaluation, {
    set: requireSet(state, set, version.model),
    metrics,
    ...(damage && { damage }),
  });
}

/** Undefined where an image has another label in each: then there is nothing to hold against each other. */
function findDamage(evaluation: Evaluation, before: Evaluation): Damage | undefined {
  try {
    return measureDamage(evaluation, before);
  } catch (error) {
    if (error instanceof RadliteError && error.code === "BAD_INPUT") return undefined;
    throw error;
  }
}
