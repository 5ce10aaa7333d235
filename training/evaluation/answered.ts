/**
 * What is left of an evaluation where some pictures are not answered: by the sealed review band, by a gate, or by
 * both. The evaluation's own figures stay those of all pictures that decode.
 */
import { prepareGrey } from "@radlite/model/input";
import { type Estimate, estimateRepeated } from "@radlite/model/statistics";
import { isInBand, type OperatingPoint, type ReviewBand } from "@radlite/model/verdict";
import { type Applicability, applyGate, GATE_SIDE, type Gate } from "@radlite/model/verdict/gate";
import { type Evaluation, groupByChange, readPlainFile } from "@radlite/registry/bundle";
import type { Radiograph } from "../data/index.ts";

/** Figures of the pictures that get NORMAL or PNEUMONIA; null where there is none that it is a share of. */
export interface AnsweredFigures {
  n: number;
  /** Of all. */
  share: Estimate;
  error: Estimate | null;
  sensitivity: Estimate | null;
  specificity: Estimate | null;
}

export interface ReviewReport {
  /** The share that was promised. */
  coverage: number;
  band: ReviewBand;
  /** Outside of the band. */
  answered: AnsweredFigures;
}

export interface GateReport {
  sha256: string;
  bytes: number;
  /** OUTSIDE. */
  refused: Estimate;
  /** CAUTION, or perhaps mirrored. */
  review: Estimate;
  /** Neither. */
  answered: AnsweredFigures;
  /** Neither, and outside of the model's review band; absent where it has none. */
  answeredOutsideBand?: AnsweredFigures;
}

/** A gate's judgement of each case. */
export interface GateFindings extends Pick<GateReport, "sha256" | "bytes"> {
  found: readonly Applicability[];
}

/** Undefined for a model without a band. */
export function reportReview(
  evaluation: Evaluation,
  { coverage, reviewBand }: OperatingPoint,
): ReviewReport | undefined {
  if (coverage === undefined || reviewBand === undefined) return undefined;
  const answered = describeAnswered(evaluation, isOutside(evaluation, reviewBand));
  return { coverage, band: reviewBand, answered };
}

/** `found` in the order of the cases. */
export function reportGateShare(
  evaluation: Evaluation,
  { found, sha256, bytes }: GateFindings,
  { reviewBand }: OperatingPoint,
): GateReport {
  const goesToReview = ({ status, maybeMirrored }: Applicability) =>
    status === "CAUTION" || (status === "INSIDE" && maybeMirrored);
  const share = (isOne: (one: Applicability) => boolean) =>
    estimateRepeated(found.filter(isOne).length, found.length, 1);
  const passes = found.map((one) => one.status !== "OUTSIDE" && !goesToReview(one));
  const outside = reviewBand && isOutside(evaluation, reviewBand);
  return {
    sha256,
    bytes,
    refused: share(({ status }) => status === "OUTSIDE"),
    review: share(goesToReview),
    answered: describeAnswered(evaluation, passes),
    ...(outside && {
      answeredOutsideBand: describeAnswered(
        evaluation,
        passes.map((pass, at) => pass && outside[at]!),
      ),
    }),
  };
}

/** Each radiograph as serving would show it to the gate. Errors: those of reading a file. */
export async function applyGateToFiles(
  gate: Gate,
  images: readonly Radiograph[],
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Applicability[]> {
  const size = { width: GATE_SIDE, height: GATE_SIDE, ...(gate.trim ? { trim: true as const } : {}) };
  const found: Applicability[] = [];
  for (const { path } of images) {
    const { raster, step } = await prepareGrey(await readPlainFile(path), size);
    found.push(applyGate(gate, { pixels: raster.pixels, step }));
    onProgress(found.length, images.length);
  }
  return found;
}

const isOutside = ({ cases }: Evaluation, band: ReviewBand): boolean[] =>
  cases.map(({ probability }) => !isInBand(probability, band));

/** `isAnswered`: one a case. A radiograph that is changed several times counts once in an interval. */
function describeAnswered({ cases, threshold }: Evaluation, isAnswered: readonly boolean[]): AnsweredFigures {
  const repeats = groupByChange(cases).size;
  const answered = cases.filter((_, at) => isAnswered[at]);
  const isRight = ({ probability, label }: (typeof cases)[number]) =>
    probability >= threshold === (label === "PNEUMONIA");
  const rate = (of: typeof cases, isOne: (one: (typeof cases)[number]) => boolean) =>
    of.length === 0 ? null : estimateRepeated(of.filter(isOne).length, of.length, repeats);
  return {
    n: answered.length,
    share: estimateRepeated(answered.length, cases.length, repeats),
    error: rate(answered, (one) => !isRight(one)),
    sensitivity: rate(
      answered.filter(({ label }) => label === "PNEUMONIA"),
      isRight,
    ),
    specificity: rate(
      answered.filter(({ label }) => label === "NORMAL"),
      isRight,
    ),
  };
}
