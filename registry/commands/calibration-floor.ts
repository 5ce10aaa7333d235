/** The calibration error that a version's figures are to be held against, from the cases that are kept of them. */
import { calibrationFloor } from "@radlite/model/statistics";
import { findVersion, type Registry, type State, versionId } from "@radlite/registry/log";
import { readEvaluation } from "./evidence.ts";
import type { VersionMetrics } from "./metrics.ts";

/** Undefined for a set of changed radiographs, whose cases are not each other's strangers. */
export async function readCalibrationFloor(
  registry: Registry,
  state: State,
  { model, number, set }: Pick<VersionMetrics, "model" | "number" | "set">,
): Promise<number | undefined> {
  const version = findVersion(state, versionId(model, number));
  const evaluation = version && (await readEvaluation(registry, version, set));
  if (!evaluation || evaluation.changes !== undefined) return undefined;
  return calibrationFloor(evaluation.cases.map(({ probability }) => probability));
}
