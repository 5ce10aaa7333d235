/** What the page asks that holds versions against each other. */
import { graphql, type ResultOf } from "../shell/registry.ts";

/** More curves than these cannot be told apart. */
export const MOST_COMPARED = 5;

export const COMPARE = graphql(`
  query Compare($ids: [ID!]!, $on: String!) {
    compare(ids: $ids, on: $on) {
      on images
      versions {
        version { id sha256 sizeBytes macs parameters recipe }
        metrics {
          set { role }
          n threshold thresholdRule ece latencyMs
          accuracy { value low high }
          sensitivity { value low high }
          specificity { value low high }
          auc { value low high }
          lowestSensitivity { value low high }
          lowestSpecificity { value low high }
        }
      }
      pairs { first { id } second { id } flipped onlyFirst onlySecond pValue }
    }
  }
`);

export const SETS = graphql(`
  query EvaluationSets($model: ID!) { evaluationSets(model: $model) { name } }
`);

export type Compared = ResultOf<typeof COMPARE>["compare"];
