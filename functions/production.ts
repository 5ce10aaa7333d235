/** GET /models/production: which version answers here, and the SHA-256 that GET /artifacts/<sha256> takes. */
import { guard } from "./serving/guard.ts";
import { productionModel, toProductionAnswer } from "./serving/production.ts";
import { answerJson } from "./serving/respond.ts";

export const handler = guard("caller", async ({ note }) => {
  const served = await productionModel();
  note({ model: served.pointer.version, degraded: served.degraded });
  return answerJson(200, toProductionAnswer(served));
});
