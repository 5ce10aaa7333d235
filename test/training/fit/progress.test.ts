import { expect, test } from "vitest";
import { startClock } from "../../../training/fit/progress.ts";

test("time left follows from the time of the epochs done here, not of those before a resumption", () => {
  let ms = 5_000;
  const clock = startClock({ epochs: 10, steps: 4, done: 6, now: () => ms });

  ms += 10_000;
  expect(clock.atStep(6, 2)).toMatchObject({ epoch: 7, secondsLeft: 70 }); // half an epoch in 10 s, 3.5 left
  ms += 10_000;
  expect(clock.atEpoch(7)).toMatchObject({ epoch: 7, seconds: 20, secondsLeft: 60 });
  ms += 30_000;
  expect(clock.atEpoch(8)).toMatchObject({ seconds: 30, secondsLeft: 50 });
});
