/** What a gate makes of pictures of many kinds, a kind a line. */
import type { GateRow, Group } from "@radlite/training/gate";
import { formatCount, formatMarkdownTable, formatTable } from "./output.ts";

const HEADINGS = [
  ...["", "pictures", "n", "refused %", "caution %", "only mirrored %", "inside %"],
  ...["right reason %", "maybe mirrored %", "not read"],
];

const TITLES: Record<Group, string> = {
  inside: "radiographs",
  harmless: "the same, harmlessly changed",
  changed: "the same, changed as a whole",
  made: "made pictures",
  outside: "other pictures",
};

export function formatGateTable(rows: readonly GateRow[], { markdown = false } = {}): string {
  const lines = rows.map((row, at) => {
    const share = (count: number | undefined) =>
      count === undefined || row.n === 0 ? "" : ((100 * count) / row.n).toFixed(1);
    const inside = row.n - row.refused - row.caution - row.onlyMirrored;
    return [
      row.group === rows[at - 1]?.group ? "" : TITLES[row.group],
      row.name,
      formatCount(row.n),
      ...[row.refused, row.caution, row.onlyMirrored, inside, row.rightReason, row.mirrored].map(share),
      row.unread === 0 ? "" : formatCount(row.unread),
    ];
  });
  return (markdown ? formatMarkdownTable : formatTable)([HEADINGS, ...lines]);
}
