/** POST /uploads: a place for a radiograph that is too large for a request; 201 with where to PUT it. */
import { RadliteError } from "@radlite/model/errors";
import { openUpload } from "@radlite/registry/commands";
import { ANNOUNCED } from "./contracts/uploads.ts";
import { addressOf } from "./serving/address.ts";
import { guard } from "./serving/guard.ts";
import { warmStore } from "./serving/registry.ts";
import { readJson } from "./serving/request-body.ts";
import { answerJson } from "./serving/respond.ts";

export const handler = guard("caller", async ({ event, actor }) => {
  const { success, data } = ANNOUNCED.safeParse(readJson(event));
  if (!success) {
    throw new RadliteError(
      "BAD_INPUT",
      "{ bytes, sha256 } was expected: the length and SHA-256 of the file.",
      { reason: "WRONG_FIELDS" },
    );
  }
  const { upload, signed, expiresAt } = await openUpload(await warmStore(), {
    ...data,
    purpose: "IMAGE",
    actor,
  });
  const { url, headers } = signed ?? { url: `${addressOf(event)}/uploads/${upload}`, headers: {} };
  return answerJson(201, { upload, url, headers, expiresAt });
});
