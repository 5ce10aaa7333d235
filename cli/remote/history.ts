/** Every move of an alias and every gate of a model, as a server remembers them. */
import type { HeldGate, Movement } from "@radlite/registry/log";
import type { Remote } from "../remote.ts";
import { toCamel } from "./names.ts";
import { PAGE_SIZE, type Page, readPages } from "./pages.ts";

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

type MoveNode = Omit<RemoteMove, "from" | "to"> & {
  version: { number: number };
  previous: { number: number } | null;
};

type GateNode = Omit<RemoteGate, "artifact" | "at" | "actor"> & {
  sha256: string;
  since: string;
  by: { name: string };
};

/** Moves newest first. */
export async function listMovesAt(remote: Remote, model: string, alias: string): Promise<RemoteMove[]> {
  const nodes = await readPages(async (after) => {
    const { history } = await remote.graphql<{ history: Page<MoveNode> }>(
      `query ($model: ID!, $alias: String!, $after: String) {
        history(model: $model, alias: $alias, first: ${PAGE_SIZE}, after: $after) {
          pageInfo { hasNextPage } edges { cursor node {
            at movement forced reason actor { name } version { number } previous { number } } } } }`,
      { model, alias, after },
    );
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
export async function listGatesAt(remote: Remote, name: string): Promise<RemoteGate[]> {
  const { model } = await remote.graphql<{ model: { gates: GateNode[] } | null }>(
    "query ($name: ID!) { model(name: $name) { gates { sha256 sizeBytes population reason since by { name } } } }",
    { name },
  );
  return (model?.gates ?? []).map(({ sha256, since, by, ...gate }) => ({
    ...gate,
    artifact: sha256,
    at: since,
    actor: by,
  }));
}
