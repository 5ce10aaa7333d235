/**
 * From a probability to what is said of the radiograph. The threshold says NORMAL or PNEUMONIA; where the probability
 * is too close to it, or the picture hardly one that the model knows, a person should look: NEEDS_REVIEW, and why.
 */
import type { Applicability } from "./applicability.ts";
import type { Verdict } from "./judge.ts";
import { isInBand } from "./review-band.ts";

/** LOW_CONFIDENCE: in the band around the threshold. UNFAMILIAR_PICTURE: CAUTION, or OUTSIDE and asked for. */
export const REVIEW_REASONS = ["LOW_CONFIDENCE", "UNFAMILIAR_PICTURE", "MAYBE_MIRRORED"] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

export interface Decision extends Omit<Verdict, "verdict"> {
  verdict: Verdict["verdict"] | "NEEDS_REVIEW";
  /** Why a person should look: there too where NORMAL or PNEUMONIA was asked for all the same. */
  review: readonly ReviewReason[];
  applicability: Applicability;
}

/** @param onReview `answer` to say what the threshold says where there is review, but of what is OUTSIDE */
export function decide(
  judged: Verdict,
  applicability: Applicability,
  { onReview }: { onReview?: "answer" | undefined } = {},
): Decision {
  const { probability, operatingPoint } = judged;
  const { reviewBand } = operatingPoint;
  const { status, maybeMirrored = false } = applicability;
  const reasons: Record<ReviewReason, boolean> = {
    LOW_CONFIDENCE: reviewBand !== undefined && isInBand(probability, reviewBand),
    UNFAMILIAR_PICTURE: status === "CAUTION" || status === "OUTSIDE",
    MAYBE_MIRRORED: maybeMirrored,
  };
  const isAnswered = onReview === "answer" && status !== "OUTSIDE"; // of what no network knows, nobody gets a plain word
  const review = REVIEW_REASONS.filter((reason) => reasons[reason]);
  return {
    ...judged,
    verdict: review.length > 0 && !isAnswered ? "NEEDS_REVIEW" : judged.verdict,
    review,
    applicability,
  };
}
