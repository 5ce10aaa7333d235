/** Events of what was measured of a version, and on what; see events.ts. */
import type { Confusion } from "@radlite/model/format";
import type { EvaluationSet, EvidenceKind } from "@radlite/registry/bundle";
import type { EventOrigin } from "./origin.ts";

/** A figure with its 95% interval, rounded to six decimals. */
export interface RoundedEstimate {
  value: number;
  low: number;
  high: number;
}

/** Again for a name that has a record: the newest counts. */
export interface EvaluationSetDefined extends EventOrigin, Omit<EvaluationSet, "name"> {
  kind: "EvaluationSetDefined";
  eventVersion: 1;
  model: string;
  set: string;
}

/** Cases judged right, of how many. */
export interface Share {
  right: number;
  of: number;
}

/** The worst that any one of a set's changes did. */
export interface ChangedFigures {
  /** Digest of the list of changes: figures of one set compare only where it is equal too. */
  changes: string;
  /** How many there are: each was made to every radiograph. */
  count: number;
  lowestSensitivity: Share;
  lowestSpecificity: Share;
}

/** The summary is computed from the cases when it is recorded. */
export interface EvaluationRecorded extends EventOrigin {
  kind: "EvaluationRecorded";
  /** 1, the first release's, is on `validation` or `test`; 2 on a set of any name. */
  eventVersion: 1 | 2;
  model: string;
  version: number;
  /** Name of the evaluation set. */
  set: string;
  /** Digest of `evaluations/<evaluation>.json`. */
  evaluation: string;
  /** Digest of the sorted image hashes. */
  images: string;
  /** At the sealed threshold, over all changes. */
  confusion: Confusion;
  auc: RoundedEstimate;
  /** For a set of changed radiographs; from version 2 on. */
  changed?: ChangedFigures;
  /** Expected calibration error at the sealed temperature, rounded to six decimals. */
  ece: number;
  engine: string;
  /** Median milliseconds an image, rounded to three decimals. */
  latencyMs: number;
}

/** Something was measured of a version beside its evaluations; its figures are computed when it is read. */
export interface EvidenceRecorded extends EventOrigin {
  kind: "EvidenceRecorded";
  eventVersion: 1;
  model: string;
  version: number;
  evidenceKind: EvidenceKind;
  /** Digest of `evidence/<evidence>.json`. */
  evidence: string;
  /** Digest of the sorted image hashes of the data set. */
  images: string;
}
