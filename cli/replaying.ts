/** An answer, computed again: by the very model's file and the very gate that it names, from the bytes that it was about. */
import { RadliteError } from "@radlite/model/errors";
import type { Decision } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import type { KeptAnswer } from "@radlite/registry/commands";
import type { ObjectStore } from "@radlite/registry/store";

export interface Difference {
  what: string;
  kept: unknown;
  now: unknown;
}

/** Numbers may lie apart by what other processors make of sums. */
const TOLERANCE = 1e-6;

/**
 * @param radiograph what the answer was about
 * @returns in what the answer of now differs; empty where it does not
 * @throws BAD_INPUT for other bytes than the answer names; NOT_FOUND or BAD_ARTIFACT for a model or gate that the store
 *   does not have, or not as named; as `prepareInput` and `judgePicture` do.
 */
export async function replay(
  store: ObjectStore,
  kept: KeptAnswer,
  radiograph: Uint8Array,
): Promise<Difference[]> {
  const sha256 = digestOf(radiograph);
  if (sha256 !== kept.input.sha256) {
    throw new RadliteError(
      "BAD_INPUT",
      `the answer is about a file of SHA-256 ${kept.input.sha256}; this one has ${sha256}`,
    );
  }
  const { prepareInput } = await import("@radlite/model/input");
  const { judgePicture, loadVerdictModel, lookOf } = await import("@radlite/model/verdict");
  const { readArtifact, readGate } = await import("@radlite/registry/commands");
  const gate = kept.gate === undefined ? undefined : await readGate(store, kept.gate);
  const model = await loadVerdictModel(await readArtifact(store, kept.model.sha256), kept.model.sha256);
  const prepared = await prepareInput(radiograph, model.input, lookOf(gate));
  // Whatever was asked for then, what is outside was answered; whether review was left out, the answer shows.
  const judged = (onReview?: "answer") =>
    judgePicture({ model, gate }, prepared, { onOutside: "answer", onReview });
  const plain = await judged();
  const isLeftOut = plain.verdict === "NEEDS_REVIEW" && kept.verdict !== "NEEDS_REVIEW";
  return compare(kept, isLeftOut ? await judged("answer") : plain);
}

function compare(kept: KeptAnswer, now: Decision): Difference[] {
  const { applicability: was } = kept;
  const pairs: Difference[] = [
    { what: "verdict", kept: kept.verdict, now: now.verdict },
    { what: "probability", kept: kept.probability, now: now.probability },
    { what: "review", kept: kept.review?.join(), now: now.review.join() },
    { what: "applicability.status", kept: was?.status, now: now.applicability.status },
    { what: "applicability.content", kept: was?.content, now: now.applicability.content },
    { what: "applicability.novelty", kept: was?.novelty, now: now.applicability.novelty },
    {
      what: "operatingPoint.threshold",
      kept: kept.operatingPoint?.threshold,
      now: now.operatingPoint.threshold,
    },
  ];
  return pairs.filter(({ kept, now }) => kept !== undefined && !isEqual(kept, now));
}

const isEqual = (kept: unknown, now: unknown): boolean =>
  typeof kept === "number" && typeof now === "number" ? Math.abs(kept - now) <= TOLERANCE : kept === now;
