/** What is asked of versions' evidence, on their own pages and where they are held against each other. */
import { graphql, type ResultOf } from "../shell/registry.ts";

export const CURVES = graphql(`
  query Curve($id: ID!, $on: String!, $points: Int!) {
    version(id: $id) {
      id
      metrics(on: $on) {
        ece eceFloor
        auc { value }
        roc(points: $points) { sensitivity specificity }
        calibration { low high n mean pneumonia { value low high } }
      }
    }
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
    after: version(id: $version) { metrics(on: $on) { threshold } }
  }
`);

/** Asked before any picture is: none that the server does not show is asked for. */
export const PICTURES = graphql(`
  query Pictures($images: [String!]!) { pictures(images: $images) { image dataset } }
`);

export type Curve = NonNullable<ResultOf<typeof CURVES>["version"]>;
export type Judged = NonNullable<Curve["metrics"]>;
export type Damaged = ResultOf<typeof DAMAGE>["damage"];
export type Flipped = Damaged["flips"][number];
