/**
 * A training as lines and a bar on stderr: a line a finished epoch and a note, a bar over the steps of the
 * present one with the time left for all. Where stderr is no terminal, the lines alone.
 */

import type { OnProgress, Progress } from "@radlite/training/run";
import progress from "cli-progress";

export interface TrainingDisplay {
  show: OnProgress;
  stop(): void;
}

export function startTrainingDisplay(stream: NodeJS.WriteStream = process.stderr): TrainingDisplay {
  const bar = new progress.SingleBar({
    format: "epoch {epoch}/{epochs} {bar} {value}/{total}  loss {loss}  accuracy {accuracy}  {left} left",
    clearOnComplete: true,
    hideCursor: true,
    stream,
  });
  let isStarted = false;
  const clear = () => {
    if (isStarted) bar.stop();
    isStarted = false;
  };
  return {
    show(event) {
      if (event.kind !== "step") {
        clear();
        stream.write(`${event.kind === "note" ? event.text : describeEpoch(event)}\n`);
        return;
      }
      const { step, steps, epoch, epochs, loss, accuracy, secondsLeft } = event;
      const payload = {
        ...{ epoch, epochs, loss: loss.toFixed(3), accuracy: formatPercent(accuracy) },
        left: formatDuration(secondsLeft),
      };
      if (isStarted) bar.update(step, payload);
      else bar.start(steps, step, payload);
      isStarted = true;
    },
    stop: clear,
  };
}

/** `epoch 3/40  loss 0.262  accuracy 92.4%  validation: AUC 0.9916, sensitivity 90.8%, ...  12 s, 8 min left`. */
export function describeEpoch(event: Extract<Progress, { kind: "epoch" }>): string {
  const { epoch, epochs, loss, accuracy, validation, seconds, secondsLeft, chosen } = event;
  const { auc, sensitivity, specificity } = validation;
  return [
    `epoch ${epoch}/${epochs}`,
    `loss ${loss.toFixed(3)}`,
    `accuracy ${formatPercent(accuracy)}`,
    `validation: loss ${validation.loss.toFixed(3)}, AUC ${auc.toFixed(4)}, sensitivity ${formatPercent(sensitivity)}, specificity ${formatPercent(specificity)}${chosen ? " (best so far)" : ""}`,
    `${seconds.toFixed(0)} s, ${formatDuration(secondsLeft)} left`,
  ].join("  ");
}

const formatPercent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** Seconds in the unit that suits them; nothing is known before the first step. */
export function formatDuration(seconds: number): string {
  if (Number.isNaN(seconds)) return "some time";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
