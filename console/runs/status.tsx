/** How a run stands, as a word. */
import type { ListedRun } from "./queries.ts";

export type Status = ListedRun["status"];

export const STATUSES: Readonly<Record<Status, string>> = {
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  CANCELLED: "cancelled",
  LOST: "lost",
};

export const isStatus = (text: string): text is Status => text in STATUSES;

export function StatusTag({ status }: { status: Status }) {
  const isBad = status === "FAILED" || status === "LOST";
  return <span class={isBad ? "tag bad" : "tag"}>{STATUSES[status]}</span>;
}

/** Between two times, the second now if left out: `3 h 5 min`, `2 min 10 s`. */
export function took(from: string, to: string | null): string {
  const seconds = Math.max(
    0,
    Math.round((Date.parse(to ?? new Date().toISOString()) - Date.parse(from)) / 1000),
  );
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
