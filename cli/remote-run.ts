/** A training whose version goes to the registry behind a server: registered there, by upload, once it is done. */

import { RadliteError } from "@radlite/model/errors";
import { type Client, graphql } from "@radlite/registry/client";
import { openRemote } from "./remote.ts";
import { openRunBook } from "./run-record.ts";

const MAX_ANCESTORS = 8;

const ANNOUNCE = graphql("mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload } }");
const SETS = graphql("query ($model: ID!) { evaluationSets(model: $model) { name } }");
const DEFINE_SET = graphql(
  "mutation ($input: DefineEvaluationSetInput!) { defineEvaluationSet(input: $input) { name } }",
);

/** Of what `--register` fills. @param server left out: the registry at RADLITE_STORE. */
export const openBook = (server: string | undefined): ReturnType<typeof openRunBook> =>
  server === undefined ? openRunBook() : openRemoteBook(server);

/** Asked before the work, so that a key that may not register is known before it. A run is none of the registry's. */
async function openRemoteBook(server: string): ReturnType<typeof openRunBook> {
  const remote = openRemote(server);
  await requireTrainer(remote);
  const register = (bundle: string) => registerBundleAt(remote, bundle, 0);
  return {
    register,
    start: async () => ({ onProgress: () => {}, succeed: register, fail: async () => {} }),
  };
}

/** A file of no bytes is refused for that, and before it to whoever may send none. */
async function requireTrainer(remote: Client): Promise<void> {
  const nothing = { bytes: 0, sha256: "", purpose: "ARTIFACT" } as const;
  await remote.ask(ANNOUNCE, { input: nothing }).catch((error) => {
    if (!(error instanceof RadliteError) || error.code !== "BAD_INPUT") throw error;
  });
}

/** Its parent first; sets that the server does not know as EXTERNAL ones, as a registry on this machine has it. */
async function registerBundleAt(remote: Client, folder: string, depth: number): Promise<string> {
  if (depth > MAX_ANCESTORS) {
    throw new RadliteError("BAD_INPUT", `${folder}: bundles lie over ${MAX_ANCESTORS} deep in each other`);
  }
  const { digestOf, findParentBundle, readBundle } = await import("@radlite/registry/bundle");
  const { registerAt } = await import("./remote/registration.ts");
  const { recipe, ...bundle } = await readBundle(folder);
  const parent = findParentBundle(folder);
  if (parent !== undefined) await registerBundleAt(remote, parent, depth + 1);
  const { model, recipe: named } = bundle.facts;
  const { evaluationSets } = await remote.ask(SETS, { model });
  const known = evaluationSets.map(({ name }) => name);
  for (const { set } of bundle.evaluations.filter((evaluation) => !known.includes(evaluation.set))) {
    await remote.ask(DEFINE_SET, {
      input: { model, name: set, role: "EXTERNAL", description: "", population: "" },
    });
  }
  const isItsOwn = recipe !== undefined && digestOf(recipe) === named.digest;
  return registerAt(remote, { ...bundle, ...(isItsOwn && { recipe }) });
}
