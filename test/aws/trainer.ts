/** What a trainer without credentials of S3 does over HTTP: files by upload, the rest in the requests that name them. */
import { digestOf, encodeJson } from "@radlite/registry/bundle";
import { expect } from "vitest";
import type { Reply } from "../end-to-end/asking.ts";
import type { TinyVersion } from "../fixtures/tiny-version.ts";

export type AskGraphql = (query: string, credential?: string, variables?: object) => Promise<Reply>;

export interface Place {
  upload: string;
  url: string;
  headers: Record<string, string>;
}

/** Announces it; the bytes are `put`'s. */
export async function createUpload(
  graphql: AskGraphql,
  key: string,
  { bytes, purpose }: { bytes: Uint8Array; purpose: "ARTIFACT" | "EVALUATION" },
): Promise<Place> {
  const input = { bytes: bytes.length, sha256: digestOf(bytes), purpose };
  const { status, body } = await graphql(
    "mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload url headers } }",
    key,
    { input },
  );
  expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
  return body.data.createUpload;
}

/** @returns the status, and the code that S3 gives for a refusal. */
export async function put({ url, headers }: Omit<Place, "upload">, bytes: Uint8Array): Promise<string> {
  const answer = await fetch(url, { method: "PUT", headers, body: bytes as Uint8Array<ArrayBuffer> });
  const code = /<Code>(.+?)<\/Code>/.exec(await answer.text())?.[1];
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`;
}

/** @returns the id of the version, whose evaluations come by upload too. */
export async function registerByUpload(
  graphql: AskGraphql,
  key: string,
  { bytes, facts, evaluations }: TinyVersion,
): Promise<string> {
  const place = await createUpload(graphql, key, { bytes, purpose: "ARTIFACT" });
  expect(await put(place, bytes)).toBe("200");
  const { model, sha256, seed, recipe, backend, trainedOn } = facts;
  const input = {
    ...{ model, sha256, seed, backend, recipe: recipe.name, recipeDigest: recipe.digest },
    ...{ trainingImages: trainedOn.images, trainingCount: trainedOn.count },
  };
  const { body } = await graphql(
    "mutation ($input: RegisterVersionInput!) { registerVersion(input: $input) { id } }",
    key,
    { input },
  );
  expect(body.errors).toBeUndefined();
  const version: string = body.data.registerVersion.id;
  for (const evaluation of evaluations) {
    const content = encodeJson(evaluation);
    const { upload, ...where } = await createUpload(graphql, key, { bytes: content, purpose: "EVALUATION" });
    expect(await put(where, content)).toBe("200");
    const recorded = await graphql(
      "mutation ($input: RecordEvaluationInput!) { recordEvaluation(input: $input) { id } }",
      key,
      { input: { version, upload } },
    );
    expect(recorded.body.errors).toBeUndefined();
  }
  return version;
}
