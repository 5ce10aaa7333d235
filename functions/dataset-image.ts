/**
 * GET /datasets/<name>/images/<sha256>: a picture of a configured data set, for a viewer. On this machine, or where
 * RADLITE_SHOW_DATASETS says so; on AWS there is no folder to show, and no route.
 */
import { RadliteError } from "@radlite/model/errors";
import { findDataset } from "@radlite/registry/commands";
import { maySeePictures, readDatasetImage } from "./serving/dataset-images.ts";
import { guard } from "./serving/guard.ts";
import { answerFile } from "./serving/respond.ts";

export const handler = guard("viewer", async ({ event }) => {
  if (!maySeePictures(event)) {
    throw new RadliteError(
      "REFUSED",
      "Pictures of data sets are shown on this machine alone, unless RADLITE_SHOW_DATASETS=on says that others may see them.",
      { reason: "NOT_SHOWN" },
    );
  }
  const { name = "", sha256 = "" } = event.pathParameters ?? {};
  const { bytes, type } = await readDatasetImage(findDataset(process.env, name), sha256);
  return answerFile(bytes, type, { "cache-control": "private, max-age=31536000, immutable" });
});
