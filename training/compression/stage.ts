/**
 * What every compression method looks like from outside. A stage takes a network and data and gives a network
 * and a report; it keeps nothing, so stages compose in any order that a recipe names, and applied twice to the
 * same network, data and context it gives the same bytes.
 */
import type { Network, Part, TensorReport } from "@radlite/model/format";
import type { FitData } from "../fit/batches.ts";
import type { LossOptions } from "../fit/gradients.ts";
import type { OnProgress } from "../fit/progress.ts";
import type { ValidationScore } from "../fit/validate.ts";
import type { FactorReport } from "./low-rank/decision.ts";
import type { SkippedLayer } from "./pruning/pruner.ts";

type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/** A stage as a version's facts keep it. */
export interface FinishedStage {
  name: string;
  options: JsonObject;
  summary: JsonObject;
}

export interface Stage {
  name: string;
  /** The paper that the method is from. */
  paper: string;
  /** As the recipe gives them. */
  options: JsonObject;
  apply(network: Network, data: FitData, context: StageContext): Promise<StageResult>;
}

export interface StageContext {
  /** What the network was trained on and fine-tuning goes on with. */
  loss: LossOptions;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface StageResult {
  network: Network;
  report: StageReport;
}

export interface StageReport {
  /** Of the network after the stage. */
  layers: TensorReport[];
  /** The rest of its file: bytes of these and of the layers add up to `bytesAfter`. */
  otherParts: Part[];
  /** Of the frozen file, not sealed yet. */
  bytesBefore: number;
  bytesAfter: number;
  /** The file's bits, header and tables included, over all weights and biases. */
  bitsPerWeight: number;
  /** Mean over all weights and biases of their tensor's entropy, in bits. */
  entropyBits: number;
  /** On validation, through TensorFlow; absent where a stage cannot change a value. */
  before?: ValidationScore;
  after?: ValidationScore;
  /** Root mean square of what the stage changed in the logits on validation. */
  logitDrift?: number;
  /** Of a stage that changes the graph. */
  cost?: StageCost;
  /** Of random coding. */
  coded?: CodedFigures;
  /** Of factorisation: the layers that there were. */
  factored?: FactorReport[];
  /** Of pruning: weights and biases that are not zero. */
  nonZeros?: number;
  /** Of pruning: the layers of which no filter could go. */
  skipped?: SkippedLayer[];
}

export interface CodedFigures {
  blocks: number;
  /** Values that all weights and biases are made of. */
  freeValues: number;
  /** KL of the posterior from the prior before coding, in nats. */
  klNats: number;
}

export interface StageCost {
  parametersBefore: number;
  parametersAfter: number;
  macsBefore: number;
  macsAfter: number;
}
