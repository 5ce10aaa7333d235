/** Models that a command works on while the registry is behind a server. */
import { RadliteError } from "@radlite/model/errors";
import type { NamedGate, ProductionAnswer } from "@radlite/model/verdict";
import { VALIDATION } from "@radlite/registry/bundle";
import { type Client, graphql } from "@radlite/registry/client";
import type { ImagesOfEvaluation } from "@radlite/training/evaluation";
import { type NamedModel, readModel, VERSION } from "../models.ts";
import { PAGE_SIZE, readPages } from "./pages.ts";

const VERSION_NAMED = graphql("query ($id: ID!) { version(id: $id) { sha256 number } }");
const VALIDATED = graphql("query ($id: ID!, $on: String!) { version(id: $id) { evaluatedImages(on: $on) } }");
const GATE = graphql("query ($name: ID!) { model(name: $name) { gate { sha256 } } }");
const ALL = graphql(`
  query ($first: Int!, $after: String) {
    versions(first: $first, after: $after) { pageInfo { hasNextPage } edges { cursor node { id sha256 } } }
  }
`);

/**
 * A version is the server's; a file, a bundle or a shipped model is this machine's. Of a version the server gives out
 * the file and no cases, so its evaluations are none here; which radiographs they were on, `readValidatedFor` asks.
 * @throws NOT_FOUND for a version that the server does not know.
 */
export async function readModelFor(remote: Client | undefined, name: string): Promise<NamedModel> {
  if (!remote || !VERSION.test(name)) return readModel(name);
  const { version } = await remote.ask(VERSION_NAMED, { id: name });
  if (!version) throw new RadliteError("NOT_FOUND", `version ${name} is not registered at ${remote.url}`);
  return {
    name,
    version: { model: name.slice(0, name.lastIndexOf("@")), number: version.number },
    bytes: await remote.artifact(version.sha256),
    evaluations: [],
  };
}

/**
 * Which radiographs a version of the server was validated on; of another model what came with it.
 * @throws NOT_FOUND where the server has no evaluation on validation.
 */
export async function readValidatedFor(
  remote: Client | undefined,
  { version, evaluations }: NamedModel,
): Promise<readonly ImagesOfEvaluation[]> {
  if (!remote || !version) return evaluations;
  const id = `${version.model}@${version.number}`;
  const { version: found } = await remote.ask(VALIDATED, { id, on: VALIDATION });
  if (found?.evaluatedImages)
    return [{ set: VALIDATION, cases: found.evaluatedImages.map((sha256) => ({ sha256 })) }];
  throw new RadliteError(
    "NOT_FOUND",
    `this asks for the radiographs that the model was validated on, and ${remote.url} has no evaluation of ${id} on validation: name its bundle, or record one (radlite evaluate BUNDLE --as validation --register)`,
  );
}

/** What is in production there, to answer here as the server would: a caller may. @throws UNAVAILABLE where nothing is. */
export async function readProductionAt(
  remote: Client,
): Promise<{ production: ProductionAnswer; bytes: Uint8Array; gate: NamedGate | undefined }> {
  const production = await remote.production();
  const bytes = await remote.artifact(production.sha256);
  return { production, bytes, gate: production.gate && (await fetchGate(remote, production.gate.sha256)) };
}

/** What stands before a model there; undefined where nothing does. */
export async function readGateAt(remote: Client, name: string): Promise<NamedGate | undefined> {
  const { model } = await remote.ask(GATE, { name });
  return model?.gate ? fetchGate(remote, model.gate.sha256) : undefined;
}

async function fetchGate(remote: Client, sha256: string): Promise<NamedGate> {
  const { openGate } = await import("@radlite/model/verdict/gate");
  const file = await remote.artifact(sha256);
  return { gate: openGate(file), sha256, bytes: file.length };
}

/** The id of the version that has a file, looked for among all; undefined where none has. */
export async function findVersionAt(remote: Client, sha256: string): Promise<string | undefined> {
  const versions = await readPages(async (after) => {
    const { versions: page } = await remote.ask(ALL, { first: PAGE_SIZE, after });
    return page;
  });
  return versions.find((version) => version.sha256 === sha256)?.id;
}
