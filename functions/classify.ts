/** POST /classify: one radiograph in, the production model's verdict out. */
import { createHash } from "node:crypto";
import { classifyRadiograph } from "@radlite/model/verdict";
import { identifyCaller } from "./serving/auth.ts";
import { toClassifyAnswer } from "./serving/classify-answer.ts";
import { productionModel } from "./serving/production.ts";
import { readImage } from "./serving/request-body.ts";
import { answerJson, guard } from "./serving/respond.ts";

export const handler = guard(async (event, { awsRequestId: requestId }) => {
  const startedMs = performance.now();
  identifyCaller(event);
  const image = await readImage(event);
  const sha256 = createHash("sha256").update(image).digest("hex");
  const served = await productionModel();
  const verdict = await classifyRadiograph(served.model, image);
  const totalMs = performance.now() - startedMs;
  return answerJson(200, toClassifyAnswer({ requestId, sha256, served, verdict, totalMs }));
});
