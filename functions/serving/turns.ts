/**
 * Work that is done a few at a time: the rest waits in the order in which it came, a bounded number for a bounded
 * time, and is refused beyond that, so that a flood costs neither memory nor everybody's patience.
 */
import { RadliteError } from "@radlite/model/errors";

export interface TurnLimits {
  /** What is worked on at a time. */
  atOnce: number;
  /** How many may wait besides. */
  waiting: number;
  patienceMs: number;
}

/**
 * Runs `work` when it is its turn and answers what it answers.
 * @throws UNAVAILABLE with reason BUSY for work that found no place or got no turn in time; it was not begun.
 */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

export function takeTurns(limits: TurnLimits): TakeTurn {
  const waiting: (() => void)[] = [];
  let busy = 0;

  function waitForTurn(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (waiting.length >= limits.waiting) return reject(refuse());
      const begin = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(refuse());
      }, limits.patienceMs);
      waiting.push(begin);
    });
  }

  const refuse = () =>
    new RadliteError(
      "UNAVAILABLE",
      `Too much is asked at once: ${limits.atOnce} at a time are worked on, and ${waiting.length} wait. Try again in some seconds.`,
      { reason: "BUSY" },
    );

  return async (work) => {
    if (busy >= limits.atOnce) await waitForTurn();
    else busy++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
