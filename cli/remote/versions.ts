/** The versions that a server knows, and which of them are in production. */
import type { VersionMetrics } from "@radlite/registry/commands";
import type { Remote } from "../remote.ts";
import { PAGE_SIZE, type Page, readPages } from "./pages.ts";

export interface RemoteVersion {
  id: string;
  model: { name: string };
  number: number;
  recipe: string;
  stages: { name: string }[];
  sizeBytes: number;
  parameters: number;
  metrics: Pick<VersionMetrics, "accuracy" | "sensitivity" | "specificity" | "auc"> | null;
}

const FIGURE = "{ value low high }";

/** @param on the evaluation set whose figures are asked for */
export async function listVersionsAt(
  remote: Remote,
  { model, on }: { model: string | undefined; on: string },
): Promise<{ versions: RemoteVersion[]; production: Map<string, string> }> {
  const filter = model === undefined ? null : { model: { eq: model } };
  const versions = await readPages(async (after) => {
    const { versions: page } = await remote.graphql<{ versions: Page<RemoteVersion> }>(
      `query ($filter: VersionFilter, $on: String!, $after: String) {
        versions(first: ${PAGE_SIZE}, filter: $filter, metricsOn: $on, after: $after) {
          pageInfo { hasNextPage } edges { cursor node {
            id number model { name } recipe stages { name } sizeBytes parameters
            metrics(on: $on) { accuracy ${FIGURE} sensitivity ${FIGURE} specificity ${FIGURE} auc ${FIGURE} } } } } }`,
      { filter, on, after },
    );
    return page;
  });
  const production = new Map<string, string>();
  for (const name of new Set(versions.map((version) => version.model.name))) {
    const { production: found } = await remote.graphql<{ production: { id: string } | null }>(
      "query ($model: ID!) { production(model: $model) { id } }",
      { model: name },
    );
    if (found) production.set(found.id, "production");
  }
  return { versions, production };
}
