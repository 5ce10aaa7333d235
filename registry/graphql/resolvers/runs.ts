/** Training runs: following them, starting one, asking one to stop. */
import { hidePlaces } from "@radlite/model/errors";
import {
  cancelRun,
  findRuns,
  finishRun,
  type RunProgress as Progress,
  type RunStatus,
  readRunLog,
  readRunProgress,
  readRunStatus,
  recordProgress,
  requireCommandRole,
  startRun,
} from "@radlite/registry/commands";
import { findVersion, type Run as RunState } from "@radlite/registry/log";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { Model } from "../types/models.ts";
import { PageArgs, pageCost, toConnection } from "../types/pages.ts";
import {
  BeginRunInput,
  CancelRunInput,
  FinishRunInput,
  RecordRunProgressInput,
  RUN_STATUS,
  Run,
  RunConnection,
  RunLog,
  RunProgress,
  StartTrainingRunInput,
} from "../types/runs.ts";
import { Version } from "../types/versions.ts";

/** The executor of a run that a command line trains and tells of. */
const ELSEWHERE = "cli";

/** Half a megabyte at most, in 33 requests to the store. */
const LOG_COST = 400;

@ArgsType()
class RunsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: "Name of a model: only its runs. Left out: all." })
  readonly model?: string | null;

  @Field(() => String, { nullable: true, description: "Only those on the data set of this name." })
  readonly dataset?: string | null;

  @Field(() => RUN_STATUS, {
    nullable: true,
    description: "Only those that stand so. Of runs that have not ended it is read off their heartbeats.",
  })
  readonly status?: RunStatus | null;

  @Field(() => String, { nullable: true, description: "Only those of the recipe of this name or digest." })
  readonly recipe?: string | null;
}

/** Heartbeats are read of runs that are not on the page too. */
const STATUS_COST = 1_000;

@Resolver(() => Run)
export class RunResolver {
  @Query(() => Run, { nullable: true, description: "The run of that id; null when there is none." })
  run(@Arg("id", () => ID, { description: "Its id." }) id: string, @Ctx() { state }: RequestContext) {
    return state.runs.get(id);
  }

  @Query(() => RunConnection, {
    complexity: (input) => pageCost(input) + (input.args.status ? STATUS_COST : 0),
    description: "Runs, newest first.",
  })
  async runs(@Args(() => RunsArgs) args: RunsArgs, @Ctx() { registry, state }: RequestContext) {
    return toConnection(await findRuns(registry, state, dropNulls(args)), args);
  }

  @Mutation(() => Run, {
    description:
      "Starts a training and answers at once; follow it with the query `run`. BAD_INPUT for an unknown recipe or data set lists the known ones.",
  })
  startTrainingRun(
    @Arg("input", () => StartTrainingRunInput, { description: "What to train on what." })
    input: StartTrainingRunInput,
    @Ctx() context: RequestContext,
  ) {
    const { asker, startTraining } = context;
    requireCommandRole("startRun", asker.actor);
    return committed(context, startTraining({ ...dropNulls(input), ...asker }));
  }

  @Mutation(() => Run, {
    description: "Records that a run has begun where its starter trains.",
  })
  beginRun(
    @Arg("input", () => BeginRunInput, { description: "What is trained on what." }) input: BeginRunInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    const { recipe: name, recipeDigest: digest, ...rest } = dropNulls(input);
    const run = { ...rest, recipe: { name, digest }, executor: ELSEWHERE, ...asker };
    return committed(context, startRun(registry, run));
  }

  @Mutation(() => Run, {
    description:
      "A sign of life of a run that goes on elsewhere, with the epoch that came to an end: what was recorded of one first stays. Its `progress` says whether it is asked to stop.",
  })
  recordRunProgress(
    @Arg("input", () => RecordRunProgressInput, { description: "Of which run, and what." })
    input: RecordRunProgressInput,
    @Ctx() { registry, asker }: RequestContext,
  ) {
    const { run: runId, epoch, lines } = dropNulls(input);
    const figures = epoch && Object.fromEntries(epoch.figures.map(({ name, value }) => [name, value]));
    return recordProgress(registry, {
      ...{ runId, actor: asker.actor },
      ...(lines && { lines }),
      ...(epoch && { epoch: { epoch: epoch.epoch, epochs: epoch.epochs, figures: figures! } }),
    });
  }

  @Mutation(() => Run, {
    description:
      "Ends a run that went on elsewhere. The same outcome again changes nothing; CONFLICT for another.",
  })
  finishRun(
    @Arg("input", () => FinishRunInput, { description: "Which run, and how it ended." })
    input: FinishRunInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    const { run: runId, ...rest } = dropNulls(input);
    return committed(context, finishRun(registry, { ...rest, runId, ...asker }));
  }

  @Mutation(() => Run, {
    description:
      "Asks a run to stop, which it does after the step it is at. One that has ended stays as it is.",
  })
  cancelRun(
    @Arg("input", () => CancelRunInput, { description: "Which run." }) input: CancelRunInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    const { run, ...rest } = dropNulls(input);
    return committed(context, cancelRun(registry, { ...rest, runId: run, ...asker }));
  }

  @FieldResolver(() => Model, { description: "The model that its version joins." })
  model(@Root() { model }: RunState, @Ctx() { state }: RequestContext) {
    return state.models.get(model);
  }

  @FieldResolver(() => String, { description: "Name of the recipe that it executes." })
  recipe(@Root() { recipe }: RunState) {
    return recipe.name;
  }

  @FieldResolver(() => String, { description: "SHA-256 of the recipe file, in hex." })
  recipeDigest(@Root() { recipe }: RunState) {
    return recipe.digest;
  }

  @FieldResolver(() => String, { nullable: true })
  message(@Root() { message }: RunState) {
    return message === undefined ? undefined : hidePlaces(message);
  }

  @FieldResolver(() => RUN_STATUS, { description: "How it stands now." })
  status(@Root() run: RunState, @Ctx() { registry }: RequestContext) {
    return run.outcome ?? readRunStatus(registry, run);
  }

  @FieldResolver(() => RunProgress, {
    complexity: ({ childComplexity }) => 50 + childComplexity,
    description: "How far it has come.",
  })
  async progress(@Root() run: RunState, @Ctx() { registry }: RequestContext): Promise<RunProgress> {
    return toProgress(await readRunProgress(registry, run));
  }

  @FieldResolver(() => RunLog, {
    complexity: LOG_COST,
    description:
      "What it said so far, or since a cursor: 32 pieces of 16384 characters at most, so ask again.",
  })
  async log(
    @Root() run: RunState,
    @Arg("after", () => String, { nullable: true, description: "The `cursor` of what was read before." })
    after: string | null | undefined,
    @Ctx() { registry }: RequestContext,
  ): Promise<RunLog> {
    const { lines, cursor } = await readRunLog(registry, run, after ?? undefined);
    return { lines: lines.map(hidePlaces), cursor };
  }

  @FieldResolver(() => Version, {
    nullable: true,
    description: "The version that it registered; null until it has.",
  })
  version(@Root() { version }: RunState, @Ctx() { state }: RequestContext) {
    return version === undefined ? undefined : findVersion(state, version);
  }
}

function toProgress({ heartbeatAt, cancelRequested, epochs }: Progress): RunProgress {
  return {
    heartbeatAt,
    cancelRequested,
    epochs: epochs.map(({ figures, ...epoch }) => ({
      ...epoch,
      figures: Object.entries(figures).map(([name, value]) => ({ name, value })),
    })),
  };
}
