/** PUT /uploads/<upload>: the bytes that were announced, from whoever announced them. On S3 they go there instead. */
import { putUpload } from "@radlite/registry/commands";
import { guard } from "./serving/guard.ts";
import { warmStore } from "./serving/registry.ts";
import { readUploaded } from "./serving/request-body.ts";
import { answerJson } from "./serving/respond.ts";

export const handler = guard("caller", async ({ event, actor }) => {
  const { upload = "" } = event.pathParameters ?? {};
  await putUpload(await warmStore(), { upload, bytes: readUploaded(event), actor });
  return answerJson(201, { upload });
});
