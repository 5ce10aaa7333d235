/** The thread of serving/prepare-input.ts: one picture at a time. */
import { parentPort } from "node:worker_threads";
import { toPlainError } from "@radlite/model/errors";
import { prepareInput } from "@radlite/model/input";
import type { PrepareOutcome, PrepareTask } from "../serving/prepare-input.ts";

const port = parentPort!;

port.on("message", async ({ bytes, recipe, look, viewSide }: PrepareTask) => {
  const outcome = await prepareInput(bytes, recipe, look, viewSide).then(
    (prepared): PrepareOutcome => ({ prepared }),
    (error): PrepareOutcome => ({ error: toPlainError(error) }),
  );
  port.postMessage(outcome);
});
