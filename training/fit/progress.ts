/**
 * What a training says of itself while it runs. Times are estimates from the epochs of this process alone, so
 * a resumed run starts its estimate anew.
 */
import type { ValidationScore } from "./validate.ts";

interface Position {
  epoch: number; // from 1
  epochs: number;
  secondsLeft: number; // of fitting
}

export type Progress =
  /** Images decoded, before fitting starts. */
  | { kind: "data"; done: number; total: number }
  /** `loss` and `accuracy` over the epoch so far. */
  | ({ kind: "step"; step: number; steps: number; loss: number; accuracy: number } & Position)
  | ({
      kind: "epoch";
      seconds: number;
      loss: number;
      accuracy: number;
      validation: ValidationScore;
      /** The best on validation so far. */
      chosen: boolean;
    } & Position)
  | { kind: "note"; text: string };

export type OnProgress = (progress: Progress) => void;

/** Tells of the epochs of a part of a run as of those of the whole, of which `before` lie behind. */
export function countOn(
  onProgress: OnProgress | undefined,
  before: number,
  epochs: number,
): OnProgress | undefined {
  return (
    onProgress &&
    ((progress) =>
      onProgress("epoch" in progress ? { ...progress, epoch: before + progress.epoch, epochs } : progress))
  );
}

/** Measures a run of `epochs` of which `done` are behind; `now` in milliseconds. */
export function startClock({
  epochs,
  steps,
  done,
  now = Date.now,
}: {
  epochs: number;
  steps: number;
  done: number;
  now?: () => number;
}) {
  const startedMs = now();
  let epochStartedMs = startedMs;
  const estimate = (finished: number) => {
    const share = finished - done;
    return share > 0 ? ((now() - startedMs) / 1000 / share) * (epochs - finished) : Number.NaN;
  };
  return {
    atStep: (finishedEpochs: number, step: number) => ({
      epoch: finishedEpochs + 1,
      epochs,
      steps,
      secondsLeft: estimate(finishedEpochs + step / steps),
    }),
    atEpoch: (finishedEpochs: number) => {
      const seconds = (now() - epochStartedMs) / 1000;
      epochStartedMs = now();
      return { epoch: finishedEpochs, epochs, seconds, secondsLeft: estimate(finishedEpochs) };
    },
  };
}
