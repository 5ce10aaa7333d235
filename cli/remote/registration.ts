/** A bundle registered behind a server: its file by upload, its evidence in the request where it fits. */
import { digestOf, type Evaluation, encodeJson, type VersionFacts } from "@radlite/registry/bundle";
import { type Client, graphql } from "@radlite/registry/client";
import { upload } from "./upload.ts";

/** Of evaluations in one request; beyond it they are uploaded. */
const MAX_INLINE_BYTES = 800_000;

const REGISTER = graphql(
  "mutation ($input: RegisterVersionInput!) { registerVersion(input: $input) { id } }",
);
const RECORD = graphql(
  "mutation ($input: RecordEvaluationInput!) { recordEvaluation(input: $input) { id } }",
);

/** @returns the version's id. */
export async function registerAt(
  remote: Client,
  { facts, bytes, evaluations, recipe, runId }: RemoteBundle,
  maxInlineBytes = MAX_INLINE_BYTES,
): Promise<string> {
  await upload(remote, bytes, { sha256: facts.sha256, purpose: "ARTIFACT" });
  const { inline, large } = split(evaluations, maxInlineBytes);
  const { registerVersion } = await remote.ask(REGISTER, {
    input: { ...toRegistration(facts, inline, recipe), run: runId },
  });
  for (const evaluation of large) {
    const content = encodeJson(evaluation);
    const place = await upload(remote, content, { sha256: digestOf(content), purpose: "EVALUATION" });
    await remote.ask(RECORD, { input: { version: registerVersion.id, upload: place.upload } });
  }
  return registerVersion.id;
}

export interface RemoteBundle {
  facts: VersionFacts;
  bytes: Uint8Array;
  evaluations: Evaluation[];
  /** The text of the recipe that made it. */
  recipe?: string;
  /** The run that made it. */
  runId?: string;
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
  const { model, sha256, seed, stages, parent, teacher, teachers, backend, trainedOn, tags } = facts;
  return {
    ...{ model, sha256, seed, stages, parent, teacher, teachers, backend },
    ...{ recipe: facts.recipe.name, recipeDigest: facts.recipe.digest, recipeText: recipe },
    ...{ trainingImages: trainedOn.images, trainingCount: trainedOn.count },
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    evaluations: evaluations.map(({ formatVersion: _, artifact: __, ...evaluation }) => evaluation),
  };
}
