/** The thread of `radlite score`: reads, decodes and judges the files that it is told, several at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { type PlainError, toPlainError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import { openScorer, type ScoredFile, type ScoringModel } from "./scorer.ts";
import { openSource } from "./source.ts";

export interface ThreadData {
  model: ScoringModel;
  /** As `openSource` takes it. */
  place: string;
  asked: Asked;
}

export interface ThreadTask {
  id: number;
  file: string;
}

/** The first says that the model and the source are open, or that each file will say why they are not. */
export type ThreadAnswer = "opened" | ({ id: number } & ({ scored: ScoredFile } | { error: PlainError }));

const port = parentPort!;
const { model, place, asked } = workerData as ThreadData;
const opening = openSource(place).then((source) => openScorer(model, source, asked));
const tellOpened = () => port.postMessage("opened" satisfies ThreadAnswer);
opening.then(tellOpened, tellOpened);

port.on("message", async ({ id, file }: ThreadTask) => {
  const answer = await opening
    .then((score) => score(file))
    .then(
      (scored): ThreadAnswer => ({ id, scored }),
      (error): ThreadAnswer => ({ id, error: toPlainError(error) }),
    );
  port.postMessage(answer);
});
