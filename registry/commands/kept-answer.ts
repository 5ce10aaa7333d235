/**
 * An answer that somebody kept, in whatever form: as POST /classify and the lines of `radlite score` have it, one of
 * `radlite classify --json`, or an entry of the audit, which says less.
 */
import { RadliteError } from "@radlite/model/errors";
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
