/** GET /artifacts/<sha256>: the sealed file of a version, held to its digest. It never changes: cached for ever. */
import { RadliteError } from "@radlite/model/errors";
import { readArtifact } from "@radlite/registry/commands";
import { guard } from "./serving/guard.ts";
import { readingStore } from "./serving/registry.ts";
import { answerFile } from "./serving/respond.ts";

/** What Lambda lets out, 6 MB, holds so much in base64. */
const MAX_ANSWER_BYTES = 4.4e6;

export const handler = guard("caller", async ({ event }) => {
  const { sha256 = "" } = event.pathParameters ?? {};
  const bytes = await readArtifact(await readingStore(), sha256);
  if (bytes.length > MAX_ANSWER_BYTES)
    throw new RadliteError(
      "BAD_INPUT",
      `Artifact ${sha256} has ${bytes.length} bytes; at most ${MAX_ANSWER_BYTES} are given out here. Read it from the store.`,
      { reason: "TOO_LARGE", status: 413 },
    );
  return answerFile(bytes, "application/octet-stream");
});
