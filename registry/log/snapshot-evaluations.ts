/** How a version did on one set as a row of a snapshot, and back; see snapshot-models.ts. */
import type { Confusion } from "@radlite/model/format";
import type { ChangedFigures } from "./evaluation-events.ts";
import { fromWhole, type TableReader, type TableWriter, toWhole } from "./snapshot-tables.ts";
import type { EvaluationSummary } from "./state.ts";

export type EvaluationRow = [
  images: number,
  truePositives: number,
  falseNegatives: number,
  trueNegatives: number,
  falsePositives: number,
  auc: number, // millionths, as the next three
  aucLow: number,
  aucHigh: number,
  ece: number,
  latency: number, // microseconds
  commitsAfterVersion: number,
  ...changed: ChangedRow | [],
];

const FIRST_CHANGED = 11; // where in its row

/** How many cases of a class there are under one change follows from the counts over all. */
type ChangedRow = [changes: number, count: number, rightPositives: number, rightNegatives: number];

export function encodeEvaluation(
  summary: EvaluationSummary,
  versionLogNumber: number,
  tables: TableWriter,
): EvaluationRow {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = summary.confusion;
  return [
    tables.digest(summary.images),
    truePositives,
    falseNegatives,
    trueNegatives,
    falsePositives,
    toWhole(6, summary.auc.value),
    toWhole(6, summary.auc.low),
    toWhole(6, summary.auc.high),
    toWhole(6, summary.ece),
    toWhole(3, summary.latencyMs),
    summary.logNumber - versionLogNumber,
    ...encodeChanged(summary.changed, tables),
  ];
}

export function decodeEvaluation(
  row: EvaluationRow,
  set: string,
  versionLogNumber: number,
  tables: TableReader,
): EvaluationSummary {
  const confusion = {
    truePositives: row[1],
    falseNegatives: row[2],
    trueNegatives: row[3],
    falsePositives: row[4],
  };
  const summary: EvaluationSummary = {
    set,
    images: tables.hash(row[0]),
    confusion,
    auc: { value: fromWhole(6, row[5]), low: fromWhole(6, row[6]), high: fromWhole(6, row[7]) },
    ece: fromWhole(6, row[8]),
    latencyMs: fromWhole(3, row[9]),
    logNumber: versionLogNumber + row[10],
  };
  if (row.length > FIRST_CHANGED)
    summary.changed = decodeChanged(row.slice(FIRST_CHANGED) as ChangedRow, confusion, tables);
  return summary;
}

function encodeChanged(changed: ChangedFigures | undefined, tables: TableWriter): ChangedRow | [] {
  if (!changed) return [];
  const { changes, count, lowestSensitivity, lowestSpecificity } = changed;
  return [tables.digest(changes), count, lowestSensitivity.right, lowestSpecificity.right];
}

function decodeChanged(
  [changes, count, rightPositives, rightNegatives]: ChangedRow,
  { truePositives, falseNegatives, trueNegatives, falsePositives }: Confusion,
  tables: TableReader,
): ChangedFigures {
  return {
    changes: tables.hash(changes),
    count,
    lowestSensitivity: { right: rightPositives, of: (truePositives + falseNegatives) / count },
    lowestSpecificity: { right: rightNegatives, of: (trueNegatives + falsePositives) / count },
  };
}
