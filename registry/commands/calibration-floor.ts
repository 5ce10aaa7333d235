/** The calibration error that a version's figures are to be held against, from the cases that are kept of them. */
import { calibrationFloor } from "@radlite/model/statistics";
import type { Evaluation } from "@radlite/registry/bundle";

/** Undefined for a set of changed radiographs, whose cases are not each other's strangers. */
export function calibrationFloorOf({ changes, cases }: Evaluation): number | undefined {
  return changes === undefined ? calibrationFloor(cases.map(({ probability }) => probability)) : undefined;
}
