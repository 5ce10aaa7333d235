/** GET /models/production: which version answers here, and the SHA-256 that GET /artifacts/<sha256> takes. */
import { identifyCaller } from "./serving/auth.ts";
import { productionModel, toProductionAnswer } from "./serving/production.ts";
import { answerJson, guard } from "./serving/respond.ts";

export const handler = guard(async (event) => {
  identifyCaller(event);
  return answerJson(200, toProductionAnswer(await productionModel()));
});
