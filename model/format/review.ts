/**
 * The sealed section of the review band: four bytes with its tag and length, of a network that is unsure of little.
 *
 * Bytes: the share that may go to review in thousandths · half the band's width in 64ths of a logit, both varints.
 * Both lie on these grids when they are fitted, so what is read is what was fitted.
 */
import { RadliteError } from "@radlite/model/errors";
import { type ByteReader, createByteWriter } from "./byte-stream.ts";
import type { Review } from "./sealed.ts";

/** Steps in all cases: a promise has three decimals at most. */
export const COVERAGE_STEPS = 1000;

/** Steps in a logit. */
export const BAND_STEPS = 64;

/** Logits; a band this wide leaves out probabilities within 1e-13 of 0 and 1 alone. */
export const WIDEST_BAND = 32;

/** @throws BAD_INPUT for a number out of range or between two steps: rounding here would break the promise. */
export function encodeReview(review: Review): Uint8Array {
  validateReview(review);
  const writer = createByteWriter();
  writer.varint(COVERAGE_STEPS - Math.round(review.coverage * COVERAGE_STEPS));
  writer.varint(review.halfWidth * BAND_STEPS);
  return writer.finish();
}

/** @throws BAD_ARTIFACT where bytes are missing or left over, BAD_INPUT for numbers out of range. */
export function decodeReview(reader: ByteReader): Review {
  const what = "review band";
  const share = reader.varint(what);
  const steps = reader.varint(what);
  if (reader.remaining > 0)
    throw new RadliteError(
      "BAD_ARTIFACT",
      `model file has ${reader.remaining} bytes too many in its review band`,
    );
  const review = { coverage: (COVERAGE_STEPS - share) / COVERAGE_STEPS, halfWidth: steps / BAND_STEPS };
  validateReview(review);
  return review;
}

function validateReview({ coverage, halfWidth }: Review): void {
  const steps = coverage * COVERAGE_STEPS;
  const isExact = Math.abs(steps - Math.round(steps)) < 1e-6;
  if (!isExact || !(coverage > 0) || !(coverage < 1))
    refuse("coverage", coverage, "a number between 0 and 1 with at most three decimals");
  if (!Number.isInteger(halfWidth * BAND_STEPS) || halfWidth < 0 || halfWidth > WIDEST_BAND)
    refuse("half its width", halfWidth, `0 to ${WIDEST_BAND} logits in steps of 1/${BAND_STEPS}`);
}

function refuse(name: string, value: unknown, expected: string): never {
  throw new RadliteError("BAD_INPUT", `review band has ${value} as ${name}, expected ${expected}`);
}
