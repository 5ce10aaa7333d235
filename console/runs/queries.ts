/** What the page of runs asks the registry, and has it do. */
import { graphql, type ResultOf } from "../shell/registry.ts";

export const RUNS = graphql(`
  query Runs($first: Int!, $after: String, $status: RunStatus, $recipe: String, $dataset: String) {
    runs(first: $first, after: $after, status: $status, recipe: $recipe, dataset: $dataset) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          id recipe dataset seed status startedAt startedBy finishedAt message executor
          version { id }
        }
      }
    }
  }
`);

export const CHOICES = graphql(`
  query Choices { trainingChoices { datasets recipes { recipe name model registeredBy } } }
`);

export const START = graphql(`
  mutation Start($input: StartTrainingRunInput!) { startTrainingRun(input: $input) { id } }
`);

/** Versions of a sweep: they differ in one field of their recipe. */
export const SWEPT = graphql(`
  query Swept($recipe: String!, $path: String!, $on: String!) {
    versions(
      first: 100
      filter: { recipe: { startsWith: $recipe }, archived: false }
      orderBy: { recipePath: $path }
      metricsOn: $on
    ) {
      totalCount
      edges {
        node {
          id recipe sizeBytes
          recipeField(path: $path)
          provenance { seed }
          metrics(on: $on) {
            auc { value low high }
            accuracy { value low high }
            specificity { value low high }
          }
        }
      }
    }
  }
`);

export type ListedRun = ResultOf<typeof RUNS>["runs"]["edges"][number]["node"];
export type SweptVersion = ResultOf<typeof SWEPT>["versions"]["edges"][number]["node"];
