/** Versions: asking for them one by one or in pages, and what a version leads to. */
import { sortSets } from "@radlite/registry/bundle";
import { metricsOf, readRobustness, requireSet, writeModelCard } from "@radlite/registry/commands";
import { findVersion, type Version as VersionState } from "@radlite/registry/log";
import { GraphQLJSONObject } from "graphql-scalars";
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { ABOUT_SET } from "../types/evaluation-sets.ts";
import { Metrics } from "../types/evaluations.ts";
import { Model } from "../types/models.ts";
import { pageCost } from "../types/pages.ts";
import { Run } from "../types/runs.ts";
import { Provenance, Stage, Tag, Version, VersionConnection } from "../types/versions.ts";
import { pageVersions, VersionsArgs } from "./version-lists.ts";

/** A card reads all evidence of a version and of its parent, megabytes where there are many sets: four a request. */
const CARD_COST = 2_400;

/** Reads the cases of a version, a hundred kilobytes as measured on a thousand radiographs. */
const ROBUSTNESS_COST = 60;

/** On how many sets a version is usually evaluated. */
const USUAL_SETS = 4;

/** A stage before its options and summary are read. */
interface StagePlace {
  version: VersionState;
  index: number;
  name: string;
}

@Resolver(() => Version)
export class VersionResolver {
  @Query(() => Version, { nullable: true, description: "The version of that id; null when there is none." })
  version(
    @Arg("id", () => ID, { description: "`<model>@<number>`." }) id: string,
    @Ctx() { state }: RequestContext,
  ) {
    return findVersion(state, id);
  }

  @Query(() => VersionConnection, { complexity: pageCost, description: "Versions of every model." })
  versions(@Args(() => VersionsArgs) args: VersionsArgs, @Ctx() context: RequestContext) {
    return pageVersions(context, args);
  }

  @FieldResolver(() => Model, { description: "The model that it is a version of." })
  model(@Root() { model }: VersionState, @Ctx() { state }: RequestContext) {
    return state.models.get(model);
  }

  @FieldResolver(() => Metrics, {
    nullable: true,
    description: "Its figures on an evaluation set; null when it was not evaluated there.",
  })
  metrics(
    @Root() version: VersionState,
    @Arg("on", () => String, { description: ABOUT_SET }) on: string,
    @Ctx() { state }: RequestContext,
  ) {
    requireSet(state, on, version.model);
    return metricsOf(version, on);
  }

  @FieldResolver(() => [Metrics], {
    complexity: ({ childComplexity }) => 1 + USUAL_SETS * childComplexity,
    description:
      "Its figures on every set that it was evaluated on: the standard sets first, the others by name.",
  })
  evaluations(@Root() version: VersionState) {
    const metrics = sortSets(version.evaluations.keys()).map((set) => metricsOf(version, set));
    return metrics.filter((one) => one !== undefined);
  }

  @FieldResolver(() => [Stage], { description: "The compression stages that it went through, in order." })
  stages(@Root() version: VersionState): StagePlace[] {
    return version.stageNames.map((name, index) => ({ version, index, name }));
  }

  @FieldResolver(() => Provenance, { complexity: 5, description: "How it was made." })
  async provenance(@Root() version: VersionState, @Ctx() context: RequestContext): Promise<Provenance> {
    const { recipe, seed, trainedOn, backend, network } = await context.readFacts(version);
    return {
      recipeDigest: recipe.digest,
      seed,
      trainingImages: trainedOn.images,
      trainingCount: trainedOn.count,
      backend,
      networkDigest: network,
    };
  }

  @FieldResolver(() => String, {
    complexity: CARD_COST,
    description:
      "Its model card: a README in Markdown with a head in YAML, as Hugging Face's Hub reads it, of this registry's evidence alone. Reads every evaluation, so a query may ask for four.",
  })
  card(@Root() version: VersionState, @Ctx() { registry, state }: RequestContext): Promise<string> {
    return writeModelCard(registry, state, version);
  }

  @FieldResolver(() => GraphQLJSONObject, {
    nullable: true,
    complexity: ROBUSTNESS_COST,
    description:
      "What became of its answers when the same radiographs came another way (`radlite robustness`): `images` and `n` say on which, `untouched` how it does as they are, `changes` of each change the verdicts that turned (`toNormal`, `toPneumonia`), rates with 95% intervals and McNemar's test against as they are; null where nobody has recorded it.",
  })
  robustness(@Root() version: VersionState, @Ctx() { registry }: RequestContext) {
    return readRobustness(registry, version);
  }

  @FieldResolver(() => Run, {
    nullable: true,
    description: "The run that made it; null when it came otherwise.",
  })
  run(@Root() { runId }: VersionState, @Ctx() { state }: RequestContext) {
    return runId === undefined ? undefined : state.runs.get(runId);
  }

  @FieldResolver(() => [Tag], { description: "Its tags, by key." })
  tags(@Root() { tags }: VersionState): Tag[] {
    return Object.entries(tags)
      .map(([key, value]) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

@Resolver(() => Stage)
export class StageResolver {
  @FieldResolver()
  async options(@Root() { version, index }: StagePlace, @Ctx() context: RequestContext) {
    return (await context.readFacts(version)).stages[index]?.options;
  }

  @FieldResolver()
  async summary(@Root() { version, index }: StagePlace, @Ctx() context: RequestContext) {
    return (await context.readFacts(version)).stages[index]?.summary;
  }
}
