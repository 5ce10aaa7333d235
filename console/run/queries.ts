/** What the page of one run asks the registry, and has it do. */
import { graphql, type ResultOf } from "../shell/registry.ts";

export const RUN = graphql(`
  query Run($id: ID!) {
    run(id: $id) {
      id recipe recipeDigest dataset seed status executor startedAt startedBy finishedAt message
      model { name }
      version { id sizeBytes }
      progress {
        cancelRequested heartbeatAt
        epochs { epoch epochs at figures { name value } }
      }
    }
  }
`);

export const LOG = graphql(`
  query RunLog($id: ID!, $after: String) { run(id: $id) { status log(after: $after) { lines cursor } } }
`);

export const CANCEL = graphql(`
  mutation Cancel($input: CancelRunInput!) { cancelRun(input: $input) { status } }
`);

export type Run = NonNullable<ResultOf<typeof RUN>["run"]>;
export type Epoch = Run["progress"]["epochs"][number];
