/** Sweeps: a grid over the keys of a recipe, run by run. Loads no TensorFlow. */
export { planSweep, type SharedParent, type SweepPlan, type SweepRun } from "./plan.ts";
export { runSweep, type SweepProgress, type SweepTask, type TaskOutcome } from "./schedule.ts";
export { type RunFigures, type SummaryOptions, type SweepRow, summariseSweep } from "./summary.ts";
export { loadSweep, locateShipped, nameShipped, parseSweep, type SettingValue, type Sweep } from "./sweep.ts";
