/** What may be trained here: recipes and data sets by the names that `startTrainingRun` takes. */
import { Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { TrainingChoices } from "../types/training-choices.ts";

const REGISTERED_AT_MOST = 200; // the latest: a list for people to choose from
const CHOICES_COST = 100; // the shipped recipes are read

@Resolver(() => TrainingChoices)
export class TrainingChoicesResolver {
  @Query(() => TrainingChoices, {
    complexity: CHOICES_COST,
    description: "What a training may be started with on this server.",
  })
  async trainingChoices(@Ctx() { state, listTrainings }: RequestContext): Promise<TrainingChoices> {
    const { recipes: shipped = [], datasets = [] } = (await listTrainings?.()) ?? {};
    const registered = [...state.recipes.values()]
      .sort((one, other) => other.logNumber - one.logNumber)
      .slice(0, REGISTERED_AT_MOST)
      .map(({ digest, name, model, registeredBy }) => ({ recipe: digest, name, model, registeredBy }));
    return {
      recipes: [...shipped.map(({ name, model }) => ({ recipe: name, name, model })), ...registered],
      datasets,
    };
  }
}
