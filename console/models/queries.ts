/** What the page of models asks the registry. */
import { graphql, type ResultOf } from "../shell/registry.ts";

export const MODELS = graphql(`
  query Models {
    models(first: 50) { edges { node { name production { id } } } }
  }
`);

export const VERSIONS = graphql(`
  query Versions($first: Int!, $after: String, $filter: VersionFilter, $orderBy: VersionOrder, $on: String!) {
    versions(first: $first, after: $after, filter: $filter, orderBy: $orderBy, metricsOn: $on) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          id number recipe sizeBytes macs parameters createdAt archivedAt
          model { name }
          stages { name }
          tags { key value }
          run { id }
          metrics(on: $on) {
            n ece latencyMs
            accuracy { value low high }
            auc { value low high }
            sensitivity { value low high }
            specificity { value low high }
            balancedAccuracy { value low high }
            lowestSensitivity { value low high }
            lowestSpecificity { value low high }
          }
        }
      }
    }
  }
`);

export const SETS = graphql(`
  query Sets($model: ID!) { evaluationSets(model: $model) { name role description } }
`);

export type ListedVersion = ResultOf<typeof VERSIONS>["versions"]["edges"][number]["node"];
export type ListedMetrics = NonNullable<ListedVersion["metrics"]>;
