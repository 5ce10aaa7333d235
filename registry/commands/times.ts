/** Times as text: which are read, and which still count. */
import { quote, RadliteError } from "@radlite/model/errors";

/** How far the clocks of two machines may lie apart; what is further ahead was not written by a right clock. */
const CLOCK_SKEW_MS = 5_000;

// A date alone is its midnight in UTC; with a time of day, the zone is not guessed.
const ISO_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 time, such as `2026-11-30T08:00:00Z`.
 * @param what it is, for the message.
 * @throws BAD_INPUT for anything that `Date.parse` would have to guess at, and for a day that no calendar has.
 */
export function parseTime(text: string, what: string): number {
  const [, year, month, day] = ISO_TIME.exec(text) ?? [];
  const time = Date.parse(text);
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  if (isDay && !Number.isNaN(time)) return time;
  throw new RadliteError(
    "BAD_INPUT",
    `${what} is ${quote(text)}, expected an ISO 8601 time such as 2026-11-30 or 2026-11-30T08:00:00Z`,
  );
}

/**
 * Whether something that is renewed at intervals was renewed within `limitMs`. A time ahead of the clock says nothing
 * about now (that clock was wrong, or this one is), so it counts as stale, as does one that cannot be read.
 */
export function isFresh(at: string, nowMs: number, limitMs: number): boolean {
  const ageMs = nowMs - Date.parse(at);
  return ageMs <= limitMs && ageMs >= -CLOCK_SKEW_MS;
}
