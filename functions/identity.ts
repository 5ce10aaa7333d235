/** GET /identity: who asks, as the history would name them, and what they may do. */
import { guard } from "./serving/guard.ts";
import { answerJson } from "./serving/respond.ts";

export const handler = guard("caller", async ({ actor: { name, role } }) => answerJson(200, { name, role }));
