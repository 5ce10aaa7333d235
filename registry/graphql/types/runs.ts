/** Runs: executions of a recipe on a data set, and how far they have come. */
import type { RunStatus } from "@radlite/registry/commands";
import type { RunOutcome } from "@radlite/registry/log";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { MutationInput } from "./mutation-input.ts";
import { connectionOf } from "./pages.ts";

export const RUN_STATUS = {
  RUNNING: "RUNNING",
  LOST: "LOST",
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
} as const satisfies { [Status in RunStatus]: Status };

registerEnumType(RUN_STATUS, {
  name: "RunStatus",
  description: "How a run stands.",
  valuesConfig: {
    RUNNING: { description: "It gave a sign of life within the last 60 seconds." },
    LOST: { description: "No sign of life for 60 seconds; it may still come back." },
    SUCCEEDED: { description: "Finished; its version is registered." },
    FAILED: { description: "Stopped by an error; `message` says which." },
    CANCELLED: { description: "Stopped because somebody asked." },
  },
});

@ObjectType({ description: "One figure of an epoch." })
export class Figure {
  @Field(() => String, { description: "What it is, with its unit, such as `trainingLoss` or `durationMs`." })
  readonly name!: string;

  @Field(() => Float, { description: "Its value, in the unit that the name says." })
  readonly value!: number;
}

@ObjectType({ description: "One finished pass over the training radiographs." })
export class Epoch {
  @Field(() => Int, { description: "1, 2, 3, …" })
  readonly epoch!: number;

  @Field(() => Int, { description: "How many there will be." })
  readonly epochs!: number;

  @Field(() => GraphQLDateTime, { description: "When it was finished." })
  readonly at!: string;

  @Field(() => [Figure], { description: "What was measured, by name." })
  readonly figures!: Figure[];
}

@ObjectType({ description: "How far a run has come; ask again every few seconds." })
export class RunProgress {
  @Field(() => GraphQLDateTime, { nullable: true, description: "Its last sign of life." })
  readonly heartbeatAt?: string;

  @Field(() => Boolean, { description: "Whether somebody asked it to stop." })
  readonly cancelRequested!: boolean;

  @Field(() => [Epoch], { description: "The finished epochs, in order." })
  readonly epochs!: Epoch[];
}

@ObjectType({ description: "What a run said, some hundred lines at a time." })
export class RunLog {
  @Field(() => [String], { description: "Oldest first; none where the run has said no more." })
  readonly lines!: string[];

  @Field(() => String, { description: "Opaque; give it as `after` for what the run says next." })
  readonly cursor!: string;
}

@ObjectType({ description: "One execution of a recipe on a data set." })
export class Run {
  @Field(() => ID, { description: "Opaque." })
  readonly id!: string;

  @Field(() => Int, { nullable: true, description: "Its seed, where it has another than its recipe." })
  readonly seed?: number;

  @Field(() => String, { description: "The configured name of the data set." })
  readonly dataset!: string;

  @Field(() => String, { description: "Where it runs, such as `child`: a process of the same machine." })
  readonly executor!: string;

  @Field(() => GraphQLDateTime, { description: "When it was started." })
  readonly startedAt!: string;

  @Field(() => String, { description: "Who started it." })
  readonly startedBy!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When it ended; null while it has not." })
  readonly finishedAt?: string;

  @Field(() => String, { nullable: true, description: "What went wrong, or who asked it to stop." })
  readonly message?: string;
}

export const RunConnection = connectionOf("Run", "runs", Run);

@InputType({ description: "A training run to start. It registers its version itself, and promotes nothing." })
export class StartTrainingRunInput extends MutationInput {
  @Field(() => String, {
    description: "Name of a shipped recipe, or SHA-256 in hex of one that `registerRecipe` registered.",
  })
  readonly recipe!: string;

  @Field(() => Int, {
    nullable: true,
    description: "Of everything random in training, in place of the recipe's own: 0 to 2147483647.",
  })
  readonly seed?: number | null;

  @Field(() => String, { description: "Name of a data set that this server is configured with." })
  readonly dataset!: string;
}

@InputType({
  description:
    "A run that goes on where its starter trains, and tells of itself: `recordRunProgress` at least once a minute, `finishRun` in the end.",
})
export class BeginRunInput extends MutationInput {
  @Field(() => ID, {
    description:
      "Name of the model that its version joins. One that is not there is created, by an approver.",
  })
  readonly model!: string;

  @Field(() => String, { description: "Name of the recipe that it executes." })
  readonly recipe!: string;

  @Field(() => String, { description: "SHA-256 of the recipe file, in hex." })
  readonly recipeDigest!: string;

  @Field(() => String, { description: "What its starter calls the radiographs." })
  readonly dataset!: string;
}

@InputType({ description: "One figure of an epoch." })
export class FigureInput {
  @Field(() => String, { description: "What it is, with its unit, such as `trainingLoss` or `durationMs`." })
  readonly name!: string;

  @Field(() => Float, { description: "Its value, in the unit that the name says." })
  readonly value!: number;
}

@InputType({ description: "One finished pass over the training radiographs." })
export class EpochInput {
  @Field(() => Int, { description: "1, 2, 3, …" })
  readonly epoch!: number;

  @Field(() => Int, { description: "How many there will be." })
  readonly epochs!: number;

  @Field(() => [FigureInput], { description: "What was measured, by name." })
  readonly figures!: FigureInput[];
}

@InputType({ description: "A sign of life of a run, the epoch that came to an end, and what it said." })
export class RecordRunProgressInput {
  @Field(() => ID, { description: "Id of the run." })
  readonly run!: string;

  @Field(() => EpochInput, { nullable: true, description: "Left out: a sign of life alone." })
  readonly epoch?: EpochInput | null;

  @Field(() => [String], {
    nullable: true,
    description: "Lines for its log, 1000 at once at most; of each up to 2000 characters are kept.",
  })
  readonly lines?: string[] | null;
}

export const RUN_OUTCOME = {
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
} as const satisfies { [Outcome in RunOutcome]: Outcome };

registerEnumType(RUN_OUTCOME, {
  name: "RunOutcome",
  description: "How a run ended.",
  valuesConfig: {
    SUCCEEDED: { description: "Its version is registered." },
    FAILED: { description: "An error stopped it." },
    CANCELLED: { description: "Somebody stopped it." },
  },
});

@InputType({ description: "The end of a run." })
export class FinishRunInput extends MutationInput {
  @Field(() => ID, { description: "Id of the run." })
  readonly run!: string;

  @Field(() => RUN_OUTCOME, { description: "How it ended." })
  readonly outcome!: RunOutcome;

  @Field(() => ID, { nullable: true, description: "Id of the version that it registered." })
  readonly version?: string | null;

  @Field(() => String, { nullable: true, description: "What went wrong; it stays with the run." })
  readonly message?: string | null;
}

@InputType({ description: "A run to stop." })
export class CancelRunInput extends MutationInput {
  @Field(() => ID, { description: "Id of the run." })
  readonly run!: string;

  @Field(() => String, { nullable: true, description: "Why; it stays with the run." })
  readonly reason?: string | null;
}
