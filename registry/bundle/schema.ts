/**
 * The JSON files of a bundle as read from outside: every field is checked, a message names the one that is wrong,
 * and fields that are not ours are left behind.
 */
import { RadliteError } from "@radlite/model/errors";
import { z } from "zod";
import { decodeJson } from "./canonical-json.ts";
import { DIGEST_PATTERN, readCases, TRAIT_PATTERN } from "./cases.ts";
import type { CompactEvaluation, ImageList } from "./compact-evaluation.ts";
import { type Evaluation, LABELS, type RecipeName, type VersionFacts } from "./evaluation.ts";
import { jsonObjectSchema, textRecordSchema } from "./kept-records.ts";
import { EVIDENCE_KINDS, type Robustness, requireConsistent } from "./robustness.ts";
import { type EvaluationSet, isSetName, SET_NAME_EXPECTED, SET_ROLES } from "./sets.ts";

/** Tags are kept in every snapshot, so they are few and short. */
export const TAG_LIMITS = {
  /** a version */
  tags: 8,
  keyLength: 32,
  valueLength: 64,
  /** bytes of UTF-8 in all keys and values of a version */
  totalBytes: 96,
} as const;

const MAX_CASES = 100_000;
/** Characters of as many doubles. */
const MAX_BASE64 = 11 * MAX_CASES;
const MAX_STAGES = 16;
const MAX_TEACHERS = 8; // as a recipe may name
const MAX_CHANGES = 64;

const digest = z.string().regex(DIGEST_PATTERN, "expected a SHA-256 of 64 lower-case hex digits");
const share = z.number().min(0).max(1);
const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
/** As GraphQL answers whole numbers. */
const int32 = z
  .number()
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
const DAY_MS = 86_400_000;
const label = z.string().min(1).max(64);

const tagKey = z
  .string()
  .regex(/^[A-Za-z0-9._-]+$/, "expected a key of letters, digits, dot, underscore and hyphen")
  .max(TAG_LIMITS.keyLength);

const tagsSchema = textRecordSchema(tagKey, z.string().min(1).max(TAG_LIMITS.valueLength))
  .refine((tags) => Object.keys(tags).length <= TAG_LIMITS.tags, `expected at most ${TAG_LIMITS.tags} tags`)
  .refine(
    (tags) => new TextEncoder().encode(Object.entries(tags).flat().join("")).length <= TAG_LIMITS.totalBytes,
    `expected tags of at most ${TAG_LIMITS.totalBytes} bytes in all`,
  );

const recipe = z.object({ name: label, digest });

const versionFacts = z.object({
  formatVersion: z.literal(1, { error: describeFormat("1") }),
  model: z.string(),
  sha256: digest,
  sizeBytes: count,
  parameters: count,
  macs: count,
  recipe,
  seed: int32,
  stages: z
    .array(z.object({ name: label, options: jsonObjectSchema, summary: jsonObjectSchema }))
    .max(MAX_STAGES),
  parent: digest.optional(),
  teacher: digest.optional(),
  teachers: z.array(digest).min(1).max(MAX_TEACHERS).optional(),
  trainedOn: z.object({ images: digest, count: int32.nonnegative() }),
  backend: label,
  tags: tagsSchema,
});

const givenFacts = versionFacts
  .omit({ formatVersion: true })
  .partial({ sizeBytes: true, parameters: true, macs: true });

const setName = z.string().refine(isSetName, `expected ${SET_NAME_EXPECTED}`);

/** Of evaluations and of lists of images. */
const formatVersion = z.union([z.literal(1), z.literal(2)], { error: describeFormat("1 or 2") });
const trait = z.string().regex(TRAIT_PATTERN, "expected 1 to 40 lower-case letters, digits and hyphens");

const image = z.object({
  ...{ sha256: digest, label: z.enum(LABELS) },
  ...{ subgroup: trait.optional() },
});

const imageList = z.object({ formatVersion, cases: z.array(image).min(1).max(MAX_CASES) });

const setRecord = z.object({
  ...{ name: setName, role: z.enum(SET_ROLES), description: z.string(), population: z.string() },
});

const evaluationHead = z.object({
  formatVersion,
  artifact: digest,
  set: setName,
  images: digest,
  changes: digest.optional(),
  temperature: z.number().positive(),
  threshold: share,
  thresholdRule: label,
  engine: label,
  latencyMs: z.number().nonnegative().max(DAY_MS),
  eceBefore: share,
  eceAfter: share,
});

const evaluation = evaluationHead.extend({
  cases: z
    .array(image.extend({ change: trait.optional(), probability: share }))
    .min(1)
    .max(MAX_CASES),
});

const compactEvaluation = evaluationHead.extend({
  changeNames: z.array(trait).min(1).max(MAX_CHANGES).optional(),
  probabilities: z.base64().max(MAX_BASE64),
});

const robustness = z.object({
  formatVersion: z.literal(1, { error: describeFormat("1") }),
  kind: z.enum(EVIDENCE_KINDS),
  artifact: digest,
  threshold: share,
  images: digest,
  cases: z
    .array(image.extend({ probability: share }))
    .min(2)
    .max(MAX_CASES),
  changes: z
    .array(z.object({ name: trait, probabilities: z.base64().max(MAX_BASE64) }))
    .min(1)
    .max(MAX_CHANGES),
});

/** @param name of the file, for the message. @throws BAD_INPUT. */
export function parseVersionFacts(bytes: Uint8Array, name: string): VersionFacts {
  return check(versionFacts, decodeJson(bytes), name);
}

/** Whole or compact. @param name of the file, for the message. @throws BAD_INPUT. */
export function parseEvaluation(bytes: Uint8Array, name: string): Evaluation | CompactEvaluation {
  const value = decodeJson(bytes);
  const isCompact = typeof value === "object" && value !== null && "probabilities" in value;
  return isCompact ? check(compactEvaluation, value, name) : checkWhole(value, name);
}

/** As its schema, whose word it is wherever anything is wrong. */
function checkWhole(value: unknown, name: string): Evaluation {
  const cases = readCases((value as Partial<Evaluation> | null | undefined)?.cases);
  if (!cases || cases.length < 1 || cases.length > MAX_CASES) return check(evaluation, value, name);
  return { ...check(evaluationHead, value, name), cases };
}

/** @param name of the file, for the message. @throws BAD_INPUT. */
export function parseImageList(bytes: Uint8Array, name: string): ImageList {
  return check(imageList, decodeJson(bytes), name);
}

/** Names of bundles by model. @param name of the file, for the message. @throws BAD_INPUT. */
export function parseNamedBundles(bytes: Uint8Array, name: string): Record<string, string> {
  return check(z.record(z.string(), label), decodeJson(bytes), name);
}

/** Sets by model. @param name of the file, for the message. @throws BAD_INPUT. */
export function parseSetRecords(bytes: Uint8Array, name: string): Record<string, EvaluationSet[]> {
  return check(z.record(z.string(), z.array(setRecord)), decodeJson(bytes), name);
}

/** @throws BAD_INPUT. */
export function checkRobustness(value: unknown): Robustness {
  const checked = check(robustness, value, "robustness");
  requireConsistent(checked);
  return checked;
}

/** The same check for a value that was never bytes. @throws BAD_INPUT. */
export function checkEvaluation(value: Evaluation): Evaluation {
  return checkWhole(value, "evaluation");
}

/** Facts of which the figures that the bytes tell may be missing. */
export type GivenFacts = Omit<VersionFacts, "formatVersion" | "sizeBytes" | "parameters" | "macs"> &
  Partial<Pick<VersionFacts, "sizeBytes" | "parameters" | "macs">>;

/** @throws BAD_INPUT. */
export function checkFacts(value: GivenFacts): GivenFacts {
  const { teacher, teachers } = value;
  if (teacher !== undefined && teachers !== undefined) {
    throw new RadliteError("BAD_INPUT", "facts name both teacher and teachers: expected one of the two");
  }
  return check(givenFacts, value, "facts");
}

/** All that a version has. @throws BAD_INPUT. */
export function checkTags(value: Record<string, string>): Record<string, string> {
  return check(tagsSchema, value, "tags");
}

/** @throws BAD_INPUT. */
export function checkRecipe(value: RecipeName): RecipeName {
  return check(recipe, value, "recipe");
}

/** Only a number above ours is of a newer Radlite: what has none is another file. */
function describeFormat(expected: string) {
  return ({ input }: { input?: unknown }): string => {
    if (Number.isInteger(input) && (input as number) > 0)
      return `expected ${expected}: a newer Radlite wrote it`;
    return `expected ${expected}: it is damaged, or another file`;
  };
}

function check<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  if (value === undefined)
    throw new RadliteError("BAD_INPUT", `${name} is no JSON: it is damaged, cut off, or another file`);
  const { path, message } = error.issues[0]!;
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : "";
  throw new RadliteError("BAD_INPUT", `${[name, ...path].join(".")}: ${message}${more}`);
}
