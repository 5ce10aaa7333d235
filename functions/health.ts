/**
 * GET /health: 200 with the model that answers once /classify can; 503 with the reason until then. Who has no role
 * learns that the server is up, and makes it load nothing.
 */
import { ANYONE, guard } from "./serving/guard.ts";
import { productionModel } from "./serving/production.ts";
import { answerJson } from "./serving/respond.ts";

export const handler = guard(ANYONE, async ({ actor, note }) => {
  if (!actor) return answerJson(200, { status: "up" });
  const { pointer, model, degraded } = await productionModel();
  note({ model: pointer.version, degraded });
  const { model: name, number: version } = pointer;
  return answerJson(200, { status: "ok", model: name, version, gate: model.gate?.sha256 ?? null, degraded });
});
