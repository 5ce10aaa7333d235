/** The registry behind a server: what `radlite registry` and `--register` ask of one on this machine, over GraphQL. */
import { RadliteError } from "@radlite/model/errors";
import { digestOf, type Evaluation, encodeJson, type VersionFacts } from "@radlite/registry/bundle";
import type { VersionMetrics } from "@radlite/registry/commands";
import type { FailedRule, Movement } from "@radlite/registry/log";
import type { Place, Remote } from "./remote.ts";

const PAGE = 50;
/** Of evaluations in one request; beyond it they are uploaded. */
const MAX_INLINE_BYTES = 800_000;

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

interface Page<Node> {
  edges: { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean };
}

const FIGURE = "{ value low high }";

/** @param on the evaluation set whose figures are asked for */
export async function listRemote(
  remote: Remote,
  { model, on }: { model: string | undefined; on: string },
): Promise<{ versions: RemoteVersion[]; production: Map<string, string> }> {
  const versions: RemoteVersion[] = [];
  const filter = model === undefined ? null : { model: { eq: model } };
  for (let after: string | null = null; ; ) {
    const { versions: page }: { versions: Page<RemoteVersion> } = await remote.graphql(
      `query ($filter: VersionFilter, $on: String!, $after: String) {
        versions(first: ${PAGE}, filter: $filter, metricsOn: $on, after: $after) {
          pageInfo { hasNextPage } edges { cursor node {
            id number model { name } recipe stages { name } sizeBytes parameters
            metrics(on: $on) { accuracy ${FIGURE} sensitivity ${FIGURE} specificity ${FIGURE} auc ${FIGURE} } } } } }`,
      { filter, on, after },
    );
    versions.push(...page.edges.map(({ node }) => node));
    after = page.edges.at(-1)?.cursor ?? null;
    if (!page.pageInfo.hasNextPage) break;
  }
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

export interface RemoteMove {
  at: string;
  from?: number;
  to: number;
  movement: Movement;
  forced: boolean;
  reason: string;
  actor: { name: string };
}

type MoveNode = Omit<RemoteMove, "from" | "to"> & {
  version: { number: number };
  previous: { number: number } | null;
};

export async function historyAt(remote: Remote, model: string, alias: string): Promise<RemoteMove[]> {
  const moves: RemoteMove[] = [];
  for (let after: string | null = null; ; ) {
    const { history }: { history: Page<MoveNode> } = await remote.graphql(
      `query ($model: ID!, $alias: String!, $after: String) {
        history(model: $model, alias: $alias, first: ${PAGE}, after: $after) {
          pageInfo { hasNextPage } edges { cursor node {
            at movement forced reason actor { name } version { number } previous { number } } } } }`,
      { model, alias, after },
    );
    for (const { node } of history.edges) {
      const { version, previous, ...move } = node;
      moves.push({
        ...move,
        movement: toCamel(move.movement) as Movement,
        to: version.number,
        ...(previous && { from: previous.number }),
      });
    }
    after = history.edges.at(-1)?.cursor ?? null;
    if (!history.pageInfo.hasNextPage) return moves;
  }
}

/** What the command prints of what came of it; the promotion itself stays there. */
export type RemotePromotion =
  | { kind: "promoted"; to: number }
  | { kind: "refused"; failedRules: FailedRule[] }
  | { kind: "conflict"; current: { id: string } | undefined };

const OUTCOME = `__typename
  ... on Promoted { promotion { version { number } } }
  ... on Conflict { current { id } }`;

interface Outcome {
  __typename: "Promoted" | "Refused" | "Conflict";
  promotion?: { version: { number: number } };
  current?: { id: string } | null;
  failedRules?: (FailedRule & { figure: string | null; bound: string | null; set: string | null })[];
}

export async function promoteAt(remote: Remote, input: Record<string, unknown>): Promise<RemotePromotion> {
  const { promote } = await remote.graphql<{ promote: Outcome }>(
    `mutation ($input: PromoteInput!) { promote(input: $input) { ${OUTCOME}
      ... on Refused { failedRules { rule set figure bound limit actual } } } }`,
    { input },
  );
  return toPromotion(promote);
}

export async function rollBackAt(remote: Remote, input: Record<string, unknown>): Promise<RemotePromotion> {
  const { rollback } = await remote.graphql<{ rollback: Outcome }>(
    `mutation ($input: RollbackInput!) { rollback(input: $input) { ${OUTCOME} } }`,
    { input },
  );
  return toPromotion(rollback);
}

function toPromotion({ __typename, promotion, current, failedRules = [] }: Outcome): RemotePromotion {
  if (__typename === "Promoted") return { kind: "promoted", to: promotion!.version.number };
  if (__typename === "Conflict") return { kind: "conflict", current: current ?? undefined };
  return { kind: "refused", failedRules: failedRules.map(toFailedRule) };
}

const toFailedRule = ({ rule, set, figure, bound, ...rest }: NonNullable<Outcome["failedRules"]>[number]) =>
  ({
    ...rest,
    rule: toCamel(rule),
    ...(set && { set }),
    ...(figure && { figure: toCamel(figure) }),
    ...(bound && { bound: toCamel(bound) }),
  }) as FailedRule;

/** `MAX_AUC_DROP` is `maxAucDrop` in the registry. */
const toCamel = (name: string): string =>
  name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Registers a bundle: the file by upload, its evidence in the request where it fits. @returns the version's id. */
export async function registerAt(
  remote: Remote,
  { facts, bytes, evaluations, recipe }: RemoteBundle,
  maxInlineBytes = MAX_INLINE_BYTES,
): Promise<string> {
  await upload(remote, bytes, { sha256: facts.sha256, purpose: "ARTIFACT" });
  const { inline, large } = split(evaluations, maxInlineBytes);
  const { registerVersion } = await remote.graphql<{ registerVersion: { id: string } }>(
    "mutation ($input: RegisterVersionInput!) { registerVersion(input: $input) { id } }",
    { input: toRegistration(facts, inline, recipe) },
  );
  for (const evaluation of large) {
    const content = encodeJson(evaluation);
    const place = await upload(remote, content, { sha256: digestOf(content), purpose: "EVALUATION" });
    await remote.graphql(
      "mutation ($input: RecordEvaluationInput!) { recordEvaluation(input: $input) { id } }",
      { input: { version: registerVersion.id, upload: place.upload } },
    );
  }
  return registerVersion.id;
}

export interface RemoteBundle {
  facts: VersionFacts;
  bytes: Uint8Array;
  evaluations: Evaluation[];
  /** The text of the recipe that made it. */
  recipe?: string;
}

/** The smallest first, as many as fit. */
function split(
  evaluations: readonly Evaluation[],
  maxBytes: number,
): { inline: Evaluation[]; large: Evaluation[] } {
  const inline: Evaluation[] = [];
  const large: Evaluation[] = [];
  let sizeBytes = 0;
  for (const evaluation of [...evaluations].sort((a, b) => a.cases.length - b.cases.length)) {
    sizeBytes += encodeJson(evaluation).length;
    (sizeBytes <= maxBytes ? inline : large).push(evaluation);
  }
  return { inline, large };
}

function toRegistration(facts: VersionFacts, evaluations: readonly Evaluation[], recipe?: string) {
  const { model, sha256, seed, stages, parent, teacher, backend, trainedOn, tags } = facts;
  return {
    ...{ model, sha256, seed, stages, parent, teacher, backend },
    ...{ recipe: facts.recipe.name, recipeDigest: facts.recipe.digest, recipeText: recipe },
    ...{ trainingImages: trainedOn.images, trainingCount: trainedOn.count },
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    evaluations: evaluations.map(({ formatVersion: _, artifact: __, ...evaluation }) => evaluation),
  };
}

async function upload(
  remote: Remote,
  content: Uint8Array,
  { sha256, purpose }: { sha256: string; purpose: "ARTIFACT" | "EVALUATION" },
): Promise<Place> {
  const { createUpload } = await remote.graphql<{ createUpload: Place }>(
    "mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload url headers } }",
    { input: { bytes: content.length, sha256, purpose } },
  );
  await remote.put(createUpload, content).catch((error) => {
    // An artifact that is there has these very bytes: its name is their digest.
    const isThere = error instanceof RadliteError && error.code === "CONFLICT";
    if (purpose !== "ARTIFACT" || !isThere) throw error;
  });
  return createUpload;
}
