/** Every move of an alias and every gate of a model, as a server remembers them. */
import { type Client, graphql } from "@radlite/registry/client";
import type { HeldGate, Movement } from "@radlite/registry/log";
import { toCamel } from "./names.ts";
import { PAGE_SIZE, readPages } from "./pages.ts";

export interface RemoteMove {
  at: string;
  from?: number;
  to: number;
  movement: Movement;
  forced: boolean;
  reason: string;
  actor: { name: string };
}

/** As `HeldGate`, without its place in the log. */
export type RemoteGate = Pick<HeldGate, "artifact" | "sizeBytes" | "population" | "reason" | "at"> & {
  actor: { name: string };
};

const HISTORY = graphql(`
  query ($model: ID!, $alias: String!, $first: Int!, $after: String) {
    history(model: $model, alias: $alias, first: $first, after: $after) {
      pageInfo { hasNextPage }
      edges {
        cursor
        node { at movement forced reason actor { name } version { number } previous { number } }
      }
    }
  }
`);

const GATES = graphql(
  "query ($name: ID!) { model(name: $name) { gates { sha256 sizeBytes population reason since by { name } } } }",
);

/** Moves newest first. */
export async function listMovesAt(remote: Client, model: string, alias: string): Promise<RemoteMove[]> {
  const nodes = await readPages(async (after) => {
    const { history } = await remote.ask(HISTORY, { model, alias, after, first: PAGE_SIZE });
    return history;
  });
  return nodes.map(({ version, previous, ...move }) => ({
    ...move,
    movement: toCamel(move.movement) as Movement,
    to: version.number,
    ...(previous && { from: previous.number }),
  }));
}

/** Oldest first; the last one holds. */
export async function listGatesAt(remote: Client, name: string): Promise<RemoteGate[]> {
  const { model } = await remote.ask(GATES, { name });
  return (model?.gates ?? []).map(({ sha256, since, by, ...gate }) => ({
    ...gate,
    artifact: sha256,
    at: since,
    actor: by,
  }));
}
