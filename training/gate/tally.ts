/** How many pictures of one kind a gate turns away, sends to review, and gives the right word for. */
import type { Applicability, OutsideReason } from "@radlite/model/verdict/gate";

export const GROUPS = ["inside", "harmless", "changed", "made", "outside"] as const;
export type Group = (typeof GROUPS)[number];

export interface GateRow {
  group: Group;
  name: string;
  /** Pictures that the gate judged. */
  n: number;
  /** OUTSIDE. */
  refused: number;
  /** CAUTION. */
  caution: number;
  /** MAYBE_MIRRORED, of those that are not OUTSIDE. */
  mirrored: number;
  /** MAYBE_MIRRORED and INSIDE: with the cautions, what goes to review. */
  onlyMirrored: number;
  /** OUTSIDE with the word for what was done; absent where nothing was. */
  rightReason?: number;
  /** Files that were refused before the gate: blank, damaged, no picture. */
  unread: number;
}

export interface Tally {
  row: GateRow;
  count(found: Applicability): void;
}

export function startTally(group: Group, name: string, reason?: OutsideReason): Tally {
  const row: GateRow = { group, name, n: 0, refused: 0, caution: 0, mirrored: 0, onlyMirrored: 0, unread: 0 };
  if (reason) row.rightReason = 0;
  return {
    row,
    count(found) {
      row.n++;
      if (found.status === "OUTSIDE") row.refused++;
      else if (found.status === "CAUTION") row.caution++;
      else if (found.maybeMirrored) row.onlyMirrored++;
      if (found.maybeMirrored) row.mirrored++;
      if (reason && found.reason === reason) row.rightReason!++;
    },
  };
}

/** Rows added up under another name. */
export function addRows(group: Group, name: string, rows: readonly GateRow[]): GateRow {
  const sum = (key: Exclude<keyof GateRow, "group" | "name" | "rightReason">) =>
    rows.reduce((total, row) => total + row[key], 0);
  return {
    group,
    name,
    n: sum("n"),
    refused: sum("refused"),
    caution: sum("caution"),
    mirrored: sum("mirrored"),
    onlyMirrored: sum("onlyMirrored"),
    unread: sum("unread"),
  };
}
