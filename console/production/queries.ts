/** What the page of production asks the registry, and has it do. */
import { graphql, type ResultOf, type VariablesOf } from "../shell/registry.ts";

export const MODELS = graphql(`
  query NamesOfModels { models(first: 100) { edges { node { name } } } }
`);

export const SERVED = graphql(`
  query Served($model: ID!) {
    model(name: $model) {
      name
      production {
        id recipe sizeBytes macs createdAt createdBy
        evaluations {
          n
          set { name role population }
          auc { value low high }
          sensitivity { value low high }
          specificity { value low high }
        }
      }
      gate { sha256 sizeBytes population since reason by { name role } }
      policy {
        at reason maxAucDrop dropOn
        actor { name role }
        rules { set figure bound min }
      }
    }
    history(model: $model, first: 1) {
      totalCount
      edges { node { at reason movement forced actor { name role } previous { id } } }
    }
    evaluationSets(model: $model) { name }
    smallestAccurate(model: $model) { id }
  }
`);

export const CANDIDATES = graphql(`
  query Candidates($model: String!) {
    versions(first: 100, filter: { model: { eq: $model }, archived: false }, orderBy: { field: SIZE_BYTES }) {
      totalCount
      edges { node { id recipe sizeBytes } }
    }
  }
`);

export const CHECK = graphql(`
  query Check($version: ID!) {
    checkPromotion(version: $version) {
      passes canBeForced
      current { id }
      rules { rule set figure bound limit actual passes }
    }
  }
`);

/** By the policy that holds, and by another one. */
export const TRY = graphql(`
  query Try($version: ID!, $policy: PolicyInput!) {
    version(id: $version) { id sizeBytes }
    now: checkPromotion(version: $version) { passes }
    then: checkPromotion(version: $version, policy: $policy) {
      passes
      rules { rule set figure bound limit actual passes }
    }
  }
`);

export const SMALLEST = graphql(`
  query Smallest($model: ID!, $policy: PolicyInput!) {
    now: smallestAccurate(model: $model) { id sizeBytes }
    then: smallestAccurate(model: $model, policy: $policy) { id sizeBytes }
  }
`);

export const PROMOTE = graphql(`
  mutation Promote($input: PromoteInput!) {
    promote(input: $input) {
      __typename
      ... on Promoted { promotion { version { id } previous { id } } }
      ... on Refused { failedRules { rule set figure bound limit actual } }
      ... on Conflict { current { id } }
    }
  }
`);

export const ROLL_BACK = graphql(`
  mutation RollBack($input: RollbackInput!) {
    rollback(input: $input) {
      __typename
      ... on Promoted { promotion { version { id } previous { id } } }
      ... on Conflict { current { id } }
    }
  }
`);

export const SET_POLICY = graphql(`
  mutation SetPolicy($input: SetPolicyInput!) { setPolicy(input: $input) { policy { at } } }
`);

export const AUDIT = graphql(`
  query Timeline($model: ID!, $kinds: [String!], $first: Int!, $after: String) {
    audit(model: $model, kinds: $kinds, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { cursor node { at kind summary reason subject details requestId actor { name role } } }
    }
  }
`);

export type Served = ResultOf<typeof SERVED>;
export type ServedModel = NonNullable<Served["model"]>;
export type Policy = NonNullable<ServedModel["policy"]>;
export type PolicyInput = VariablesOf<typeof TRY>["policy"];
export type CheckedRule = ResultOf<typeof CHECK>["checkPromotion"]["rules"][number];
export type Tried = ResultOf<typeof TRY>;
export type TimelineEntry = ResultOf<typeof AUDIT>["audit"]["edges"][number];
