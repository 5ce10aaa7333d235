/**
 * predictions/<day>/<request>.jsonl: what was answered, a line a radiograph, where RADLITE_AUDIT_PREDICTIONS asks for it.
 * Kept is which bytes were judged, by which files, to what end, when and for whom; never the picture, and never a name
 * of a file or a patient. A line is written once and stays.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Actor, ROLES } from "@radlite/registry/log";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import { z } from "zod";

export const PREDICTION_PREFIX = "predictions/";
const KEY = /^predictions\/(\d{4}-\d\d-\d\d)\/[A-Za-z0-9-]{1,64}\.jsonl$/;
/** Objects that are read at a time. */
const AT_ONCE = 16;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const predictionSchema = z.object({
  formatVersion: z.literal(1),
  /** The answer's own, or of the run that many answers belong to. */
  requestId: z.string(),
  /** ISO time. */
  at: z.string().regex(/^\d{4}-\d\d-\d\dT/),
  actor: z.object({ name: z.string(), role: z.enum(ROLES) }),
  /** SHA-256 of the file that was judged, of the model's file, and of the gate's where one looked first. */
  input: digest,
  artifact: digest,
  gate: digest.optional(),
  verdict: z.enum(["NORMAL", "PNEUMONIA", "NEEDS_REVIEW"]),
  probability: z.number(),
});

export type Prediction = z.output<typeof predictionSchema>;

/** What an answer says, in all forms of answers. */
export interface AuditedAnswer {
  verdict: Prediction["verdict"];
  probability: number;
  applicability: { gate?: { sha256: string } };
  model: { sha256: string };
  input: { sha256: string };
}

export function toPrediction(
  { verdict, probability, applicability: { gate }, model, input }: AuditedAnswer,
  { requestId, actor: { name, role }, at }: { requestId: string; actor: Actor; at: Date },
): Prediction {
  return {
    formatVersion: 1,
    ...{ requestId, at: at.toISOString(), actor: { name, role } },
    ...{ input: input.sha256, artifact: model.sha256, ...(gate && { gate: gate.sha256 }) },
    ...{ verdict, probability },
  };
}

/** @throws UNAVAILABLE, reason SETTINGS, for a setting that is none. */
export function isAudited(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { RADLITE_AUDIT_PREDICTIONS: setting = "" } = environment;
  if (/^(on|true|1)$/i.test(setting)) return true;
  if (/^(off|false|0|)$/i.test(setting)) return false;
  throw new RadliteError(
    "UNAVAILABLE",
    `The setting RADLITE_AUDIT_PREDICTIONS is ${JSON.stringify(setting)}; "on" or "off" was expected. Nothing is answered until it is mended.`,
    { reason: "SETTINGS" },
  );
}

/**
 * @param store in which objects may be created
 * @param name of the objects, one a day: the request's id, or one that begins with it
 */
export async function recordPredictions(
  store: ObjectStore,
  name: string,
  predictions: readonly Prediction[],
): Promise<void> {
  const texts = new Map<string, string>();
  for (const line of predictions) {
    const day = line.at.slice(0, 10);
    texts.set(day, `${texts.get(day) ?? ""}${JSON.stringify(line)}\n`);
  }
  for (const [day, text] of texts) {
    await store
      .create(`${PREDICTION_PREFIX}${day}/${name}.jsonl`, new TextEncoder().encode(text))
      .catch((error) => {
        if (!isConflict(error)) throw error; // a write whose answer was lost, or a message that came twice
      });
  }
}

export interface PredictionObject {
  key: string;
  /** Undefined for one that is damaged, or under no name of ours. */
  predictions: Prediction[] | undefined;
}

/** In the order of days. @param days the first and the last, as 2026-11-30; both are among them. */
export async function* listPredictions(
  store: ObjectStore,
  { from, to }: { from?: string | undefined; to?: string | undefined } = {},
): AsyncIterable<PredictionObject> {
  const pending: Promise<PredictionObject>[] = [];
  const start = from === undefined ? {} : { startAfter: PREDICTION_PREFIX + from };
  for await (const key of store.list(PREDICTION_PREFIX, start)) {
    if (to !== undefined && key.slice(PREDICTION_PREFIX.length, PREDICTION_PREFIX.length + 10) > to) break;
    const reading = readPredictions(store, key);
    reading.catch(() => undefined); // whoever comes to it hears of it
    pending.push(reading);
    if (pending.length >= AT_ONCE) yield await pending.shift()!;
  }
  for (const reading of pending) yield await reading;
}

async function readPredictions(store: ObjectStore, key: string): Promise<PredictionObject> {
  if (!KEY.test(key)) return { key, predictions: undefined };
  const found = await store.get(key);
  return { key, predictions: found ? parseLines(new TextDecoder().decode(found.bytes)) : [] };
}

function parseLines(text: string): Prediction[] | undefined {
  if (!text.endsWith("\n")) return undefined;
  try {
    return text
      .trimEnd()
      .split("\n")
      .map((line) => predictionSchema.parse(JSON.parse(line)));
  } catch {
    return undefined;
  }
}
