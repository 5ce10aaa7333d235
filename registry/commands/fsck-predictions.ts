/**
 * fsck's look at what was answered: predictions whole, and nothing else where they and scores lie. A model that a
 * prediction names need not be here: files that were never registered are judged with too.
 */
import type { ObjectStore } from "@radlite/registry/store";
import type { FsckProblem } from "./fsck.ts";
import { listPredictions } from "./predictions.ts";
import { isScoreKey, SCORE_PREFIX } from "./scores.ts";

export async function checkPredictions(
  store: ObjectStore,
): Promise<{ predictions: number; problems: FsckProblem[] }> {
  const problems: FsckProblem[] = [];
  let count = 0;
  for await (const { key, predictions } of listPredictions(store)) {
    if (predictions) count += predictions.length;
    else
      problems.push({ kind: "DAMAGED_PREDICTION", key, message: "holds no predictions, or not whole ones" });
  }
  for await (const key of store.list(SCORE_PREFIX)) {
    if (!isScoreKey(key)) problems.push({ kind: "FOREIGN_KEY", key, message: "is no line of a score" });
  }
  return { predictions: count, problems };
}
