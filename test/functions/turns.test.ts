import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { takeTurns } from "../../functions/serving/turns.ts";

/** Work that ends when it is let go. */
function makeWork() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) => () => {
    begun.push(number);
    return new Promise<number>((resolve) => {
      ends[number] = () => resolve(number);
    });
  };
  return { begun, work, end: (number: number) => ends[number]!() };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error) => `${error.code} ${error.reason} ${error.status}`,
  );

test("as many as are allowed are worked on, the others in the order in which they came", async () => {
  const { begun, work, end } = makeWork();
  const take = takeTurns({ atOnce: 2, waiting: 3, patienceMs: 60_000 });

  const answers = [0, 1, 2, 3, 4].map((number) => take(work(number)));
  await delay(1);
  expect(begun).toEqual([0, 1]);
  end(1);
  expect(await answers[1]).toBe(1);
  await delay(1);
  expect(begun).toEqual([0, 1, 2]);
  for (const number of [0, 2]) end(number);
  await delay(1);
  for (const number of [3, 4]) end(number);
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4]);
});

test("who finds no place is refused at once, and who gets no turn in time then; neither was begun", async () => {
  const { begun, work, end } = makeWork();
  const take = takeTurns({ atOnce: 1, waiting: 1, patienceMs: 30 });
  const first = take(work(0));

  const late = codeOf(take(work(1)));
  const many = codeOf(take(work(2)));

  expect(await many).toBe("UNAVAILABLE BUSY 503");
  expect(await late).toBe("UNAVAILABLE BUSY 503");
  end(0);
  expect(await first).toBe(0);
  expect(begun).toEqual([0]);
});

test("work that fails gives its turn away too", async () => {
  const take = takeTurns({ atOnce: 1, waiting: 1, patienceMs: 1_000 });

  const failing = take(async () => {
    throw new Error("no picture");
  });
  const next = take(async () => "next");

  await expect(failing).rejects.toThrow("no picture");
  expect(await next).toBe("next");
  expect(await take(async () => "later")).toBe("later");
});
