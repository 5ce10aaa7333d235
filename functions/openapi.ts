/** GET /openapi.json: what every route takes and answers. */
import document from "../openapi.json" with { type: "json" };
import { guard } from "./serving/guard.ts";
import { answerJson } from "./serving/respond.ts";

export const handler = guard("viewer", async () => answerJson(200, document));
