/**
 * What came of a sweep: a row a run with its settings, and the figures of its bundle on one set of radiographs.
 * A bundle needs no model file for its row, and a sweep that ran elsewhere no run.
 */
import { digestOf, readEvidence } from "@radlite/registry/bundle";
import { type EvaluationReport, reportEvaluation } from "../evaluation/report.ts";
import type { SweepPlan, SweepRun } from "./plan.ts";
import type { TaskOutcome } from "./schedule.ts";
import type { SettingValue } from "./sweep.ts";

export interface SweepRow {
  name: string;
  settings: Record<string, SettingValue>;
  /** Absent: `reason` says why. */
  figures?: RunFigures;
  reason?: string;
}

export interface RunFigures
  extends Pick<
    EvaluationReport,
    "sha256" | "bytes" | "set" | "n" | "accuracy" | "sensitivity" | "specificity" | "auc" | "latencyMs"
  > {
  parameters: number;
  macs: number;
  stages: string[];
}

export interface SummaryOptions {
  /** The evaluation that the figures come from. */
  on: string;
  /** The folder of a run by its name. */
  folderOf: (name: string) => string;
  /** What makes a run that is not there, for its row. */
  command: string;
  /** The outcomes of a sweep that ran just now. */
  outcomes?: ReadonlyMap<string, TaskOutcome>;
}

/** Errors: BAD_INPUT (an evaluation that is damaged). */
export async function summariseSweep({ runs }: SweepPlan, options: SummaryOptions): Promise<SweepRow[]> {
  const rows: SweepRow[] = [];
  for (const run of runs) {
    const { name, settings } = run;
    const outcome = options.outcomes?.get(name);
    const found = outcome?.kind === "failed" ? { reason: outcome.reason } : await readRun(run, options);
    rows.push({ name, settings, ...found });
  }
  return rows;
}

async function readRun(
  { name, recipe }: SweepRun,
  { on, folderOf, command }: SummaryOptions,
): Promise<Pick<SweepRow, "figures" | "reason">> {
  const evidence = await readEvidence(folderOf(name), [on]);
  if (!evidence) return { reason: `not run here: \`${command}\`` };
  const { facts, evaluation } = evidence;
  if (facts.recipe.digest !== digestOf(recipe.source)) {
    return { reason: `made by another recipe; again by this one: \`${command}\`` };
  }
  if (!evaluation) return { reason: `not judged on ${on}` };
  const report = reportEvaluation(evaluation, facts.sizeBytes);
  const { sha256, bytes, set, n, accuracy, sensitivity, specificity, auc, latencyMs } = report;
  return {
    figures: {
      sha256,
      bytes,
      set,
      n,
      accuracy,
      sensitivity,
      specificity,
      auc,
      latencyMs,
      parameters: facts.parameters,
      macs: facts.macs,
      stages: facts.stages.map((stage) => stage.name),
    },
  };
}
