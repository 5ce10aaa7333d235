/** What came of a sweep: a row a run with its settings, and the figures of its bundle on validation. */
import { readBundle } from "@radlite/registry/commands";
import { type EvaluationReport, reportEvaluation } from "../evaluation/report.ts";
import type { SweepPlan } from "./plan.ts";
import type { TaskOutcome } from "./schedule.ts";
import type { SettingValue } from "./sweep.ts";

export interface SweepRow {
  name: string;
  settings: Record<string, SettingValue>;
  /** Absent: the run failed. */
  figures?: RunFigures;
  /** Why it failed. */
  reason?: string;
}

export interface RunFigures
  extends Pick<
    EvaluationReport,
    "sha256" | "bytes" | "accuracy" | "sensitivity" | "specificity" | "auc" | "latencyMs"
  > {
  parameters: number;
  macs: number;
  stages: string[];
}

/** `folderOf` a run by its name. Errors: BAD_INPUT (a bundle that is damaged). */
export async function summariseSweep(
  { runs }: SweepPlan,
  outcomes: ReadonlyMap<string, TaskOutcome>,
  folderOf: (name: string) => string,
): Promise<SweepRow[]> {
  const rows: SweepRow[] = [];
  for (const { name, settings } of runs) {
    const outcome = outcomes.get(name);
    if (outcome?.kind === "done") rows.push({ name, settings, figures: await readFigures(folderOf(name)) });
    else rows.push({ name, settings, reason: outcome?.reason ?? "it did not run" });
  }
  return rows;
}

async function readFigures(folder: string): Promise<RunFigures> {
  const { bytes, facts, evaluations } = await readBundle(folder);
  const validation = evaluations.find(({ set }) => set === "validation")!;
  const report = reportEvaluation(validation, bytes.length);
  const { sha256, accuracy, sensitivity, specificity, auc, latencyMs } = report;
  return {
    ...{ sha256, bytes: bytes.length, accuracy, sensitivity, specificity, auc, latencyMs },
    ...{ parameters: facts.parameters, macs: facts.macs, stages: facts.stages.map(({ name }) => name) },
  };
}
