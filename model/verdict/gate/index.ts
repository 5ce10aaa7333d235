/** The gate: what it is, its file, and running it. Needs no engine, and runs in a browser. */
export { encodeGate, GATE_LIMITS, openGate, requirePopulation } from "./artifact.ts";
export {
  type Applicability,
  applyGate,
  CONTENT_SIDE,
  GATE_STATUSES,
  type Gate,
  type GateScores,
  MIRROR_COLUMNS,
  MIRROR_ROWS,
  NOVELTY_CELLS,
  NOVELTY_SIDE,
  OUTSIDE_REASONS,
  type OutsideReason,
  scoreMirror,
  scorePicture,
} from "./gate.ts";
export {
  GATE_SIDE,
  type GatePicture,
  readAsymmetry,
  readGrid,
  WHOLE_CHANGES,
  type WholeChange,
} from "./grids.ts";
