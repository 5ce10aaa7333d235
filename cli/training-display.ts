/**
 * A training as lines and a bar on stderr: a line a finished epoch and a note, a bar over the images being read
 * or the steps of the present epoch, with the time left for all of them. Where stderr is no terminal, the lines
 * alone.
 */
import type { OnProgress, Progress } from "@radlite/training/run";
import progress from "cli-progress";
import { formatPercent, showControls } from "./show/output.ts";

export interface TrainingDisplay {
  show: OnProgress;
  stop(): void;
}

export function startTrainingDisplay(stream: NodeJS.WriteStream = process.stderr): TrainingDisplay {
  const bar = new progress.SingleBar({
    format: "{what} {bar} {value}/{total}{figures}",
    clearOnComplete: true,
    hideCursor: true,
    stream,
  });
  let shown: string | undefined;
  const clear = () => {
    if (shown !== undefined) bar.stop();
    shown = undefined;
  };
  const count = (what: string, done: number, total: number, figures: string) => {
    if (shown === what) bar.update(done, { what, figures });
    else {
      clear();
      bar.start(total, done, { what, figures });
      shown = what;
    }
  };
  return {
    show(event) {
      switch (event.kind) {
        case "data":
          return count("reading images", event.done, event.total, "");
        case "step":
          return count(`epoch ${event.epoch}/${event.epochs}`, event.step, event.steps, describeStep(event));
        case "epoch":
        case "note":
          clear();
          stream.write(`${showControls(event.kind === "note" ? event.text : describeEpoch(event))}\n`);
          return;
        default:
          event satisfies never;
      }
    },
    stop: clear,
  };
}

function describeStep({ loss, accuracy, secondsLeft }: Extract<Progress, { kind: "step" }>): string {
  return `  loss ${loss.toFixed(3)}  accuracy ${formatPercent(accuracy)}  ${formatDuration(secondsLeft)} left`;
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

/** Seconds in the unit that suits them; nothing is known before the first step. */
export function formatDuration(seconds: number): string {
  if (Number.isNaN(seconds)) return "some time";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
