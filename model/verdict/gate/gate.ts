/**
 * The gate: whether a picture is of the kind that a data set's networks know. It looks before the network does, at
 * coarse brightness alone, and is fitted once for a data set (training/gate), so that it says the same whichever
 * network answers. It is a filter and no cure: what passes may still be unlike what the networks learnt.
 *
 * content a = w·v6 + b: a logistic regression of radiographs against themselves inverted, turned, flipped, cut and
 * shrunk, and against made pictures. novelty d = |W(v5 - m)|² / 24: the squared distance of Mahalanobis a cell, with
 * the covariance of Ledoit and Wolf (J. Multivar. Anal. 88, 2004). v are the cells of `readGrid`.
 */
import {
  changeGrid,
  type GatePicture,
  readAsymmetry,
  readGrid,
  WHOLE_CHANGES,
  type WholeChange,
} from "./grids.ts";

/** Cells a side of the grid that content reads. */
export const CONTENT_SIDE = 6;
/** Cells a side of the grid that novelty reads. */
export const NOVELTY_SIDE = 5;
/** The cells' mean is 0, so the last follows from the others, and the covariance of all 25 would be singular. */
export const NOVELTY_CELLS = NOVELTY_SIDE ** 2 - 1;
/** The grid whose asymmetry tells a mirrored picture: the heart has a side. */
export const MIRROR_ROWS = 6;
export const MIRROR_COLUMNS = 10;

export interface GateScores {
  /** Log odds that the picture is none of the training's kind, or changed as a whole. */
  content: number;
  /** 1 on average over the training. */
  novelty: number;
}

export interface Gate {
  /** Whether black and white borders are cut off before the gate looks. */
  trim: boolean;
  content: { weights: Float64Array; bias: number }; // [6, 6]
  /** Mean [24], and the lower triangle of W by rows [300]: row i has i + 1 numbers. */
  novelty: { mean: Float64Array; whitening: Float64Array };
  /** Of `readAsymmetry`, [6, 5]; the score is above 0 for pictures as they were taken. */
  mirror: Float64Array;
  /** OUTSIDE above one of these; never below `caution`. */
  refuse: GateScores;
  /** CAUTION above one of these. */
  caution: GateScores;
  /** MAYBE_MIRRORED below it. */
  mirrored: number;
  /** Whom the data set shows, in words. */
  population: string;
}

export const GATE_STATUSES = ["INSIDE", "CAUTION", "OUTSIDE"] as const;
export const OUTSIDE_REASONS = ["INVERTED", "ROTATED", "UPSIDE_DOWN", "NOT_LIKE_TRAINING"] as const;
export type OutsideReason = (typeof OUTSIDE_REASONS)[number];

export interface Applicability extends GateScores {
  status: (typeof GATE_STATUSES)[number];
  /** Why it is OUTSIDE; absent otherwise. */
  reason?: OutsideReason;
  /** What leaves a picture that is not OUTSIDE, where something does. */
  change?: WholeChange;
  /** Of a picture that is not OUTSIDE: left and right may be exchanged. */
  maybeMirrored: boolean;
}

const REASON_OF: Record<WholeChange, OutsideReason> = {
  inverted: "INVERTED",
  "turned-left": "ROTATED",
  "turned-right": "ROTATED",
  "half-turned": "UPSIDE_DOWN",
  flipped: "UPSIDE_DOWN",
};

/** @param picture trimmed as `gate.trim` says, then averaged by area to 30x30. */
export function applyGate(gate: Gate, picture: GatePicture): Applicability {
  const cells = readCells(picture);
  const scores = scoreCells(gate, cells);
  const status = judgeScores(gate, scores);
  if (status === "OUTSIDE") {
    const change = findChange(gate, cells);
    const reason = change ? REASON_OF[change] : "NOT_LIKE_TRAINING";
    return { ...scores, status, reason, ...(change && { change }), maybeMirrored: false };
  }
  return { ...scores, status, maybeMirrored: scoreMirror(gate.mirror, picture) < gate.mirrored };
}

/** What the two say of a picture, before any threshold. */
export const scorePicture = (gate: Pick<Gate, "content" | "novelty">, picture: GatePicture): GateScores =>
  scoreCells(gate, readCells(picture));

function judgeScores({ refuse, caution }: Gate, scores: GateScores): Applicability["status"] {
  if (isAbove(scores, refuse)) return "OUTSIDE";
  return isAbove(scores, caution) ? "CAUTION" : "INSIDE";
}

/** Below 0 where the picture looks mirrored; of the mirrored picture it is the negative. */
export function scoreMirror(weights: Float64Array, picture: GatePicture): number {
  const cells = readGrid(picture, MIRROR_ROWS, MIRROR_COLUMNS);
  return multiply(weights, readAsymmetry(cells, MIRROR_ROWS, MIRROR_COLUMNS));
}

interface Cells {
  content: Float64Array; // [6, 6]
  novelty: Float64Array; // [5, 5]
}

function readCells(picture: GatePicture): Cells {
  return {
    content: readGrid(picture, CONTENT_SIDE, CONTENT_SIDE),
    novelty: readGrid(picture, NOVELTY_SIDE, NOVELTY_SIDE),
  };
}

function scoreCells({ content, novelty }: Pick<Gate, "content" | "novelty">, cells: Cells): GateScores {
  return {
    content: multiply(content.weights, cells.content) + content.bias,
    novelty: measureNovelty(novelty, cells.novelty),
  };
}

/** Only the first 24 of `cells` are read. */
function measureNovelty({ mean, whitening }: Gate["novelty"], cells: Float64Array): number {
  let total = 0;
  for (let row = 0, at = 0; row < NOVELTY_CELLS; row++) {
    let sum = 0;
    for (let column = 0; column <= row; column++, at++)
      sum += whitening[at]! * (cells[column]! - mean[column]!);
    total += sum * sum;
  }
  return total / NOVELTY_CELLS;
}

/** The change that leaves a picture which is not OUTSIDE; of several, the one whose content fits best. */
function findChange({ content, novelty, refuse }: Gate, cells: Cells): WholeChange | undefined {
  let found: WholeChange | undefined;
  let best = refuse.content;
  for (const change of WHOLE_CHANGES) {
    const score = multiply(content.weights, changeGrid(cells.content, CONTENT_SIDE, change)) + content.bias;
    if (score > best) continue; // before novelty, which takes longer
    if (measureNovelty(novelty, changeGrid(cells.novelty, NOVELTY_SIDE, change)) > refuse.novelty) continue;
    best = score;
    found = change;
  }
  return found;
}

const isAbove = (scores: GateScores, limits: GateScores): boolean =>
  scores.content > limits.content || scores.novelty > limits.novelty;

function multiply(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return sum;
}
