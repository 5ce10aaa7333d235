/** What a training may be started with. */
import { Field, ObjectType } from "type-graphql";

@ObjectType({ description: "A recipe that a training may be started with." })
export class RecipeChoice {
  @Field(() => String, {
    description: "What `startTrainingRun` takes as `recipe`: a name, or a registered one's SHA-256 in hex.",
  })
  readonly recipe!: string;

  @Field(() => String, { description: "Its name." })
  readonly name!: string;

  @Field(() => String, { description: "Name of the model that its versions join." })
  readonly model!: string;

  @Field(() => String, { nullable: true, description: "Who registered it; null for one that ships." })
  readonly registeredBy?: string;
}

@ObjectType({ description: "What `startTrainingRun` takes on this server." })
export class TrainingChoices {
  @Field(() => [RecipeChoice], {
    description: "Those that ship, by name, and the registered ones, the latest 200 of them first.",
  })
  readonly recipes!: RecipeChoice[];

  @Field(() => [String], { description: "Names of the data sets that the server is configured with." })
  readonly datasets!: readonly string[];
}
