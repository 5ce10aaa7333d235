/** Files sent where `createUpload` says: to the bucket behind a server, or to the server itself. */
import { RadliteError } from "@radlite/model/errors";
import type { Place, Remote } from "../remote.ts";

/** @returns where they lie, for the mutation that names them. */
export async function upload(
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
