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
import type { StageProgress } from "./stage-progress.ts";
import type { StreamName, Streams } from "./streams.ts";

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

/** A network, and the stages that made it what it is. */
export interface StagedNetwork {
  network: Network;
  stages: FinishedStage[];
}

/** `Result`: what a stage has to say to its own tests beside. */
export interface Stage<Result extends StageResult = StageResult> {
  name: string;
  /** As the recipe gives them. */
  options: JsonObject;
  /** What it asks the data for; absent where it sees no batch. */
  streams?: readonly StreamName[];
  apply(network: Network, data: FitData, context: StageContext): Promise<Result>;
}

export interface StageContext {
  /** What the network was trained on and fine-tuning goes on with. */
  loss: LossOptions;
  /** Where its batches are; absent: as in a chain of this stage alone. */
  streams?: Streams;
  /** Where it keeps how far it is; absent: nowhere. */
  progress?: StageProgress;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface StageResult {
  network: Network;
  report: StageReport;
}

export interface StageReport {
  /** The layers of the network after the stage. */
  layers: TensorReport[];
  /** The rest of its file: bytes of these and of the layers add up to `bytesAfter`. */
  otherParts: Part[];
  /** The size of the frozen file, not sealed yet. */
  bytesBefore: number;
  bytesAfter: number;
  /** The file's bits, header and tables included, over all weights and biases. */
  bitsPerWeight: number;
  /** Mean over all weights and biases of their tensor's entropy, in bits. */
  entropyBits: number;
  /** On validation, through TensorFlow; absent where a stage cannot change a value. */
  before?: ValidationScore;
  after?: ValidationScore;
  /** What this method has to say beside, under names with their units; kept with the version. */
  figures: Readonly<Record<string, number>>;
}
