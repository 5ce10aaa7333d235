import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { describeEpoch, formatDuration, startTrainingDisplay } from "../../cli/training-display.ts";

const EPOCH = {
  kind: "epoch",
  epoch: 3,
  epochs: 30,
  seconds: 11.6,
  secondsLeft: 313,
  loss: 0.2614,
  accuracy: 0.9327,
  validation: { loss: 0.1429, auc: 0.99083, accuracy: 0.93, sensitivity: 0.914, specificity: 0.9876 },
  chosen: true,
} as const;

test("an epoch is one line with every figure and the time left", () => {
  expect(describeEpoch(EPOCH)).toBe(
    "epoch 3/30  loss 0.261  accuracy 93.3%  validation: loss 0.143, AUC 0.9908, sensitivity 91.4%, specificity 98.8% (best so far)  12 s, 5 min left",
  );
});

test("durations come in the unit that suits them", () => {
  expect([0.4, 59, 60, 3599, 5400, Number.NaN].map(formatDuration)).toEqual([
    "0 s",
    "59 s",
    "1 min",
    "60 min",
    "1 h 30 min",
    "some time",
  ]);
});

test("where stderr is no terminal there are lines and no bar", () => {
  const stream = new PassThrough();
  const display = startTrainingDisplay(stream as unknown as NodeJS.WriteStream);

  display.show({ kind: "data", done: 1, total: 2 });
  display.show({
    kind: "step",
    epoch: 1,
    epochs: 2,
    step: 1,
    steps: 9,
    loss: 1,
    accuracy: 0.5,
    secondsLeft: 3,
  });
  display.show({ kind: "note", text: "chose epoch 2" });
  display.stop();

  expect(stream.read()?.toString()).toBe("chose epoch 2\n");
});
