/** GET /health: 200 with the model that answers once /classify can; 503 with the reason until then. */
import { productionModel } from "./serving/production.ts";
import { answerJson, guard } from "./serving/respond.ts";

export const handler = guard(async () => {
  const { pointer, degraded } = await productionModel();
  return answerJson(200, { status: "ok", model: pointer.model, version: pointer.number, degraded });
});
