/** The radiograph that a request is about: in its body, or uploaded before because it is too large for one. */
import { RadliteError } from "@radlite/model/errors";
import { takeUpload } from "@radlite/registry/commands";
import type { Actor } from "@radlite/registry/log";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { takingStore } from "./registry.ts";
import { isJson, readImage, readJson } from "./request-body.ts";

/** An upload is taken out of the store: nothing of a radiograph stays. @throws as `readImage` and `takeUpload`. */
export async function readRadiograph(event: APIGatewayProxyEventV2, actor: Actor): Promise<Uint8Array> {
  if (!isJson(event)) return readImage(event);
  const { upload, ...more } = readJson(event);
  if (typeof upload === "string" && Object.keys(more).length === 0)
    return takeUpload(await takingStore(), { upload, actor, purpose: "IMAGE" });
  throw new RadliteError(
    "BAD_INPUT",
    "JSON here names an upload, { upload }, as POST /uploads answers it; or send the file itself.",
    { reason: "UNSUPPORTED_TYPE", status: 415 },
  );
}
