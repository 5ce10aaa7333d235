/**
 * An answer, computed again: by the very model's file and the very gate that it names, from the bytes that it was about.
 * It is read in whatever form it was kept: as POST /classify and the lines of `radlite score` have it, one of
 * `radlite classify --json`, or an entry of the audit, which says less.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Decision } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import type { ObjectStore } from "@radlite/registry/store";
import { z } from "zod";

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const answerSchema = z.object({
  verdict: z.enum(["NORMAL", "PNEUMONIA", "NEEDS_REVIEW"]),
  probability: z.number(),
  review: z.array(z.string()).optional(),
  applicability: z
    .object({
      status: z.string(),
      content: z.number().optional(),
      novelty: z.number().optional(),
      gate: z.object({ sha256: digest }).optional(),
    })
    .optional(),
  operatingPoint: z.object({ threshold: z.number() }).optional(),
  model: z.object({ sha256: digest }),
  input: z.object({ sha256: digest }),
});
const predictionSchema = z.object({
  verdict: answerSchema.shape.verdict,
  probability: z.number(),
  input: digest,
  artifact: digest,
  gate: digest.optional(),
});

export interface KeptAnswer extends z.output<typeof answerSchema> {
  /** Of the gate's file; undefined where none looked. */
  gate: string | undefined;
}

export interface Difference {
  what: string;
  kept: unknown;
  now: unknown;
}

/** Numbers may lie apart by what other processors make of sums. */
const TOLERANCE = 1e-6;

/** @throws BAD_INPUT for what is no answer, or one of several. */
export function readAnswer(text: string, name: string): KeptAnswer {
  const given = parse(text);
  if (!given) throw new RadliteError("BAD_INPUT", `${name} is no JSON`);
  const { answer = given, results, model } = given as Record<string, unknown>;
  if (Array.isArray(results) && results.length !== 1)
    throw new RadliteError(
      "BAD_INPUT",
      `${name} holds ${results.length} answers: keep the one that is meant`,
    );
  const one = Array.isArray(results) ? { model, ...results[0] } : answer;
  const read = answerSchema.safeParse(one);
  if (read.success) return { ...read.data, gate: read.data.applicability?.gate?.sha256 };
  const prediction = predictionSchema.safeParse(one);
  if (prediction.success) {
    const { verdict, probability, input, artifact, gate } = prediction.data;
    return { verdict, probability, gate, model: { sha256: artifact }, input: { sha256: input } };
  }
  const isRefusal = typeof one === "object" && one !== null && "error" in one;
  throw new RadliteError(
    "BAD_INPUT",
    isRefusal
      ? `${name} is a refusal, which names no model: there is no probability to compute again`
      : `${name} is no answer of Radlite's: expected verdict, probability, model.sha256 and input.sha256`,
  );
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

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
