/** A bundle of this machine registered behind a server, as a registry on this machine would take it. */
import { RadliteError } from "@radlite/model/errors";
import { type Client, graphql, type VariablesOf } from "@radlite/registry/client";
import { registerAt } from "./registration.ts";

const MAX_ANCESTORS = 8;

const MODEL = graphql("query ($name: ID!) { model(name: $name) { name } }");
const CREATE_MODEL = graphql("mutation ($input: CreateModelInput!) { createModel(input: $input) { name } }");
const SETS = graphql(
  "query ($model: ID!) { evaluationSets(model: $model) { name role description population } }",
);
const DEFINE_SET = graphql(
  "mutation ($input: DefineEvaluationSetInput!) { defineEvaluationSet(input: $input) { name } }",
);

/**
 * Its parent first, the model where it is not there, sets that the server does not know as EXTERNAL ones. What is
 * registered already stays as it is.
 * @param runId the run that made it
 * @returns the version's id. @throws what the server refuses: creating a model takes an approver.
 */
export function registerBundleAt(remote: Client, folder: string, runId?: string): Promise<string> {
  return registerNested(remote, folder, runId, 0);
}

async function registerNested(
  remote: Client,
  folder: string,
  runId: string | undefined,
  depth: number,
): Promise<string> {
  if (depth > MAX_ANCESTORS) {
    throw new RadliteError("BAD_INPUT", `${folder}: bundles lie over ${MAX_ANCESTORS} deep in each other`);
  }
  const { digestOf, findParentBundle, readBundle } = await import("@radlite/registry/bundle");
  const { recipe, ...bundle } = await readBundle(folder);
  const parent = findParentBundle(folder);
  if (parent !== undefined) await registerNested(remote, parent, undefined, depth + 1);
  const { model, recipe: named } = bundle.facts;
  await ensureModel(remote, model);
  for (const { set } of bundle.evaluations) await describeSetAt(remote, model, set);
  const isItsOwn = recipe !== undefined && digestOf(recipe) === named.digest;
  return registerAt(remote, {
    ...bundle,
    ...(isItsOwn && { recipe }),
    ...(runId !== undefined && { runId }),
  });
}

async function ensureModel(remote: Client, name: string): Promise<void> {
  const { model } = await remote.ask(MODEL, { name });
  if (model) return;
  await remote.ask(CREATE_MODEL, { input: { name, description: "" } }).catch((error) => {
    const isThere = error instanceof RadliteError && error.code === "CONFLICT"; // somebody created it meanwhile
    if (!isThere) throw error;
  });
}

type SetRecord = Pick<
  VariablesOf<typeof DEFINE_SET>["input"],
  "name" | "role" | "description" | "population"
>;

/** A set that the model does not know is as `describeNewSet` has it unless `words` say otherwise; one that it knows is left alone without. */
export async function describeSetAt(
  remote: Client,
  model: string,
  name: string,
  words: Partial<Omit<SetRecord, "name">> = {},
): Promise<void> {
  const { describeNewSet } = await import("@radlite/registry/bundle");
  const { evaluationSets } = await remote.ask(SETS, { model });
  const known = evaluationSets.find((set) => set.name === name);
  if (known && Object.keys(words).length === 0) return;
  const { role, description, population } = {
    ...(known ?? describeNewSet(name)),
    ...words,
  };
  await remote.ask(DEFINE_SET, { input: { model, name, role, description, population } });
}
