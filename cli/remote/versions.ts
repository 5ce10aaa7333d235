/** The versions that a server knows, and which of them are in production. */
import { type Client, graphql, type ResultOf } from "@radlite/registry/client";
import { PAGE_SIZE, readPages } from "./pages.ts";

const VERSIONS = graphql(`
  query ($first: Int!, $filter: VersionFilter, $on: String!, $after: String) {
    versions(first: $first, filter: $filter, metricsOn: $on, after: $after) {
      pageInfo { hasNextPage }
      edges {
        cursor
        node {
          id number model { name } recipe stages { name } sizeBytes parameters
          metrics(on: $on) {
            accuracy { value low high }
            sensitivity { value low high }
            specificity { value low high }
            auc { value low high }
          }
        }
      }
    }
  }
`);

const PRODUCTION = graphql("query ($model: ID!) { production(model: $model) { id } }");

export type RemoteVersion = ResultOf<typeof VERSIONS>["versions"]["edges"][number]["node"];

/** @param on the evaluation set whose figures are asked for */
export async function listVersionsAt(
  remote: Client,
  { model, on }: { model: string | undefined; on: string },
): Promise<{ versions: RemoteVersion[]; production: Map<string, string> }> {
  const filter = model === undefined ? null : { model: { eq: model } };
  const versions = await readPages(async (after) => {
    const { versions: page } = await remote.ask(VERSIONS, { first: PAGE_SIZE, filter, on, after });
    return page;
  });
  const production = new Map<string, string>();
  for (const name of new Set(versions.map((version) => version.model.name))) {
    const { production: found } = await remote.ask(PRODUCTION, { model: name });
    if (found) production.set(found.id, "production");
  }
  return { versions, production };
}
