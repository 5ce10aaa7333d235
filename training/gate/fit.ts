/**
 * Fits a gate to a sample: content and novelty to the whole of it, thresholds by what five gates, each fitted without
 * a fifth of the patients, say of that fifth. Nothing else is looked at, so a data set's gate follows from its
 * training radiographs alone.
 */
import {
  CONTENT_SIDE,
  encodeGate,
  type Gate,
  type GatePicture,
  type GateScores,
  MIRROR_COLUMNS,
  MIRROR_ROWS,
  NOVELTY_CELLS,
  NOVELTY_SIDE,
  openGate,
  readAsymmetry,
  readGrid,
  scoreMirror,
  scorePicture,
} from "@radlite/model/verdict/gate";
import { Matrix } from "ml-matrix";
import type { ChangeName } from "./changes.ts";
import { estimateCovariance, whiten } from "./covariance.ts";
import { fitLogistic } from "./logistic.ts";
import { TRIM } from "./pictures.ts";
import { FOLDS, type Sample } from "./sample.ts";
import { findLowerThreshold, findThresholds, requireEnough } from "./thresholds.ts";

/** How many of the training's radiographs are refused, sent to review, and taken for mirrored. */
export const BUDGETS = { refuse: 0.01, caution: 0.05, mirrored: 0.01 } as const;

/** The part of the covariance's mean variance that keeps a whitening of hardly varying cells within bounds. */
const RIDGE = 0.01;
/** How much more than the others a change counts that coarse brightness hardly shows. */
const EMPHASIS: Partial<Record<ChangeName, number>> = { "turned by 180": 3, "upside down": 3 };

export interface GateFit {
  bytes: Uint8Array;
  gate: Gate;
  /** By fold, the gate that was fitted without it, with the thresholds of `gate`. */
  folded: Gate[];
}

export interface FitOptions {
  /** Whom the data set shows, in words. */
  population: string;
  /** Counts fits. */
  onProgress?: (done: number, total: number) => void;
}

/** @throws BAD_INPUT for words that do not fit into the file, and for too few radiographs. */
export async function fitGate(
  sample: Sample,
  { population, onProgress = () => {} }: FitOptions,
): Promise<GateFit> {
  requireEnough(sample.originals.length, BUDGETS.refuse);
  const fitWithout = async (fold: number): Promise<Gate> => {
    await new Promise(setImmediate);
    const gate = openGate(encodeGate({ ...fitScores(sample, fold), ...NO_THRESHOLDS, population }));
    onProgress(fold + 1, FOLDS + 1);
    return gate;
  };
  const folded: Gate[] = [];
  for (let fold = 0; fold < FOLDS; fold++) folded.push(await fitWithout(fold));
  const heldOut = <T>(judge: (gate: Gate, picture: GatePicture) => T): T[] =>
    sample.originals.map((picture, row) => judge(folded[sample.folds[row]!]!, picture));

  const scores = heldOut(scorePicture);
  const mirrorScores = heldOut((gate, picture) => scoreMirror(gate.mirror, picture));
  const thresholds = {
    refuse: loosen(findThresholds(scores, BUDGETS.refuse)),
    caution: loosen(findThresholds(scores, BUDGETS.caution)),
    mirrored: -roundUp(-findLowerThreshold(mirrorScores, BUDGETS.mirrored)),
  };
  const bytes = encodeGate({ ...(await fitWithout(FOLDS)), ...thresholds, population });
  const gate = openGate(bytes);
  const { refuse, caution, mirrored } = gate;
  return { bytes, gate, folded: folded.map((one) => ({ ...one, refuse, caution, mirrored })) };
}

/** The next number that the file holds, so that its rounding takes nothing from the budget: 11 bits, of a half float. */
const roundUp = (value: number): number => value + Math.abs(value) * 2 ** -11;
const loosen = ({ content, novelty }: GateScores): GateScores => ({
  content: roundUp(content),
  novelty: roundUp(novelty),
});

const NO_THRESHOLDS = {
  refuse: { content: 0, novelty: 0 },
  caution: { content: 0, novelty: 0 },
  mirrored: 0,
};

/** Without one fold; with a number that is none, of all. */
function fitScores(sample: Sample, without: number): Pick<Gate, "trim" | "content" | "novelty" | "mirror"> {
  const isKept = (row: number) => sample.folds[row] !== without;
  const originals = sample.originals.filter((_, row) => isKept(row));
  const views = sample.views.filter((_, row) => isKept(row));
  const changed = sample.changed.filter(({ of }) => isKept(of));
  return {
    trim: TRIM,
    content: fitContent([...originals, ...views], changed, sample.made),
    novelty: fitNovelty(originals),
    mirror: fitMirror([...originals, ...views]),
  };
}

/** Both kinds count the same in all. */
function fitContent(like: GatePicture[], changed: Sample["changed"], made: Sample["made"]): Gate["content"] {
  const importance = [...changed.map(({ name }) => EMPHASIS[name] ?? 1), ...made.map(() => 1)];
  const total = importance.reduce((sum, one) => sum + one, 0);
  const unlike = [...changed, ...made].map(({ picture }) => picture);
  return fitLogistic({
    rows: [...like, ...unlike].map((picture) => readGrid(picture, CONTENT_SIDE, CONTENT_SIDE)),
    signs: [...like.map(() => -1), ...unlike.map(() => 1)],
    importance: [...like.map(() => total / like.length), ...importance],
  });
}

function fitNovelty(originals: GatePicture[]): Gate["novelty"] {
  const rows = originals.map((picture) =>
    readGrid(picture, NOVELTY_SIDE, NOVELTY_SIDE).slice(0, NOVELTY_CELLS),
  );
  const { mean, covariance } = estimateCovariance(rows);
  const ridge = (RIDGE * covariance.trace()) / NOVELTY_CELLS;
  return { mean, whitening: whiten(Matrix.add(covariance, Matrix.eye(NOVELTY_CELLS).mul(ridge))) };
}

/** A picture and its mirror image are each other's negative, so one of them says all. */
function fitMirror(like: GatePicture[]): Gate["mirror"] {
  const rows = like.map((picture) =>
    readAsymmetry(readGrid(picture, MIRROR_ROWS, MIRROR_COLUMNS), MIRROR_ROWS, MIRROR_COLUMNS),
  );
  return fitLogistic({ rows, signs: rows.map(() => 1) }, { bias: false }).weights;
}
