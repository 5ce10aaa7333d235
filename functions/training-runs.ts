/** POST /training-runs: starts the training of a recipe, shipped or registered, on a configured data set; 202 with its run. */
import { RadliteError } from "@radlite/model/errors";
import { TRAINING_REQUEST } from "./contracts/training-runs.ts";
import { chooseExecutor } from "./executors/choose.ts";
import { guard } from "./serving/guard.ts";
import { finishWriting, warmRegistry } from "./serving/registry.ts";
import { readJson } from "./serving/request-body.ts";
import { answerJson } from "./serving/respond.ts";

export const handler = guard("trainer", async ({ event, actor, requestId }) => {
  const { success, data, error } = TRAINING_REQUEST.safeParse(readJson(event));
  if (!success) {
    const wrong = error.issues.map(({ path, message }) => [...path, message].join(": ")).join("; ");
    throw new RadliteError(
      "BAD_INPUT",
      `{ recipe, seed?, dataset, idempotencyKey? } was expected. ${wrong}.`,
      { reason: "WRONG_FIELDS" },
    );
  }
  const startTraining = chooseExecutor({ registry: await warmRegistry() });
  const { id: runId } = await startTraining({ ...data, actor, requestId });
  await finishWriting();
  return answerJson(202, { runId });
});
