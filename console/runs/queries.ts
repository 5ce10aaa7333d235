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

export const KNOWN = graphql(`
  query Known { versions(first: 100, filter: { archived: false }) { edges { node { recipe } } } }
`);

/** Versions of a sweep: their recipes differ in a field or two. */
export const SWEPT = graphql(`
  query Swept($recipe: String!, $on: String!) {
    versions(first: 100, filter: { recipe: { startsWith: $recipe }, archived: false }, metricsOn: $on) {
      totalCount
      edges {
        node {
          id recipe sizeBytes
          recipeObject { value }
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
