/** Files sent where `createUpload` says: to the bucket behind a server, or to the server itself. */
import { RadliteError } from "@radlite/model/errors";
import { type Client, graphql, type Place } from "@radlite/registry/client";

const CREATE_UPLOAD = graphql(
  "mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload url headers } }",
);

/** @returns where they lie, for the mutation that names them. */
export async function upload(
  remote: Client,
  content: Uint8Array,
  { sha256, purpose }: { sha256: string; purpose: "ARTIFACT" | "EVALUATION" | "ROBUSTNESS" },
): Promise<Place> {
  const { createUpload } = await remote.ask(CREATE_UPLOAD, {
    input: { bytes: content.length, sha256, purpose },
  });
  const place = createUpload as Place; // its headers are names and texts
  await remote.put(place, content).catch((error) => {
    // An artifact that is there has these very bytes: its name is their digest.
    const isThere = error instanceof RadliteError && error.code === "CONFLICT";
    if (purpose !== "ARTIFACT" || !isThere) throw error;
  });
  return place;
}
