/** POST /training-runs. */
import { z } from "zod";
import type { Contract } from "./contract.ts";

export const TRAINING_REQUEST = z.strictObject({
  recipe: z.string().describe("The name of a shipped recipe, or the SHA-256 of a registered one, in hex."),
  seed: z.int().optional().describe("In place of the recipe's own: 0 to 2^31 - 1."),
  dataset: z.string().describe("The name of a configured data set (RADLITE_DATASETS)."),
  idempotencyKey: z.string().optional().describe("The same key starts no second run."),
});

export const TRAINING_RUNS = {
  route: "POST /training-runs",
  role: "trainer",
  summary: "Starts the training of a recipe on a configured data set",
  body: { description: "What to train on what.", content: { "application/json": TRAINING_REQUEST } },
  answers: {
    202: {
      description: "The run; GraphQL's `run(id)` tells how it goes.",
      content: { "application/json": z.strictObject({ runId: z.string() }) },
    },
  },
  refusals: {
    400: ["NOT_JSON", "WRONG_FIELDS", "UNKNOWN_NAME"],
    409: [],
    413: ["TOO_LARGE"],
    503: ["BUSY"],
  },
} as const satisfies Contract;
