/** Pairs of runs and their table. Loads no TensorFlow: what trains them is compare.ts. */
export { evaluationsIn, evaluationsOf, type PairedStarts, pairStarts, tabulatePaired } from "./paired.ts";
export { findRows, readRows } from "./rows.ts";
export { type ComparedRun, listRuns } from "./runs.ts";
export { type ComparedRow, formatMarkdown, tabulate } from "./table.ts";
