/** What the page of a version asks. Its card and its kin are asked for apart: they cost the registry more. */
import { graphql, type ResultOf } from "../shell/registry.ts";

export const VERSION = graphql(`
  query Version($id: ID!) {
    version(id: $id) {
      id number recipe sha256 sizeBytes macs parameters createdAt createdBy archivedAt
      model { name production { id } }
      aliases { name since by { name } }
      tags { key value }
      stages { name options summary }
      operatingPoint { threshold thresholdRule temperature }
      provenance { seed backend trainingCount networkDigest recipeDigest }
      parent { id sizeBytes }
      teachers { id }
      run { id status startedBy }
      notes { at text by { name role } }
      recipeObject { name text }
      evaluations {
        set { name role population }
        n ece latencyMs
        accuracy { value low high }
        auc { value low high }
        sensitivity { value low high }
        specificity { value low high }
      }
    }
  }
`);

export const PROMOTIONS = graphql(`
  query Promotions($model: ID!) {
    history(model: $model, first: 100) {
      edges { node { id at reason forced movement actor { name role } version { id } previous { id } } }
    }
  }
`);

export const LOSS = graphql(`
  query Loss($id: ID!, $elder: ID!, $on: String!) {
    before: version(id: $elder) { ...side }
    after: version(id: $id) { ...side }
  }
  fragment side on Version {
    sizeBytes
    metrics(on: $on) {
      accuracy { value low high }
      auc { value low high }
      sensitivity { value low high }
      specificity { value low high }
    }
  }
`);

export const ANNOTATE = graphql(`
  mutation Annotate($input: AnnotateInput!) { annotate(input: $input) { id } }
`);

export const CARD = graphql(`
  query Card($id: ID!) { version(id: $id) { card } }
`);

export const LINEAGE = graphql(`
  query Lineage($id: ID!) {
    lineage(version: $id) { nodes { id sizeBytes recipe } edges { from to kind } }
  }
`);

export type ShownVersion = NonNullable<ResultOf<typeof VERSION>["version"]>;
export type Side = NonNullable<ResultOf<typeof LOSS>["before"]>;
export type Kin = ResultOf<typeof LINEAGE>["lineage"];
