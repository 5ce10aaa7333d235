/** What the page asks that holds versions against each other. */
import { graphql, type ResultOf } from "../shell/registry.ts";

export const COMPARE = graphql(`
  query Compare($ids: [ID!]!, $on: String!) {
    compare(ids: $ids, on: $on) {
      on images
      versions {
        version { id sizeBytes macs parameters recipe run { dataset } parent { id } model { name } }
        metrics {
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

export const CURVES = graphql(`
  query Curve($id: ID!, $on: String!, $points: Int!) {
    version(id: $id) { id metrics(on: $on) { eceFloor roc(points: $points) { sensitivity specificity threshold } } }
  }
`);

export const DAMAGE = graphql(`
  query Damage($version: ID!, $against: ID!, $on: String!, $first: Int!) {
    damage(version: $version, against: $against, on: $on) {
      n flipCount onlyBefore onlyAfter pValue eceBefore eceAfter
      probabilityShift { mean low high }
      subgroups { name n onlyBefore onlyAfter pValue }
      flips(first: $first) { image label subgroup change before after }
    }
  }
`);

export type Compared = ResultOf<typeof COMPARE>["compare"];
export type Damaged = ResultOf<typeof DAMAGE>["damage"];
export type Flipped = Damaged["flips"][number];
