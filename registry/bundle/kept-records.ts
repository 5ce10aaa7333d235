/**
 * Records whose keys people choose: tags, options, figures. Every key is kept as it is, `__proto__` too, which the
 * schema library drops from the records that it copies; so these are checked and never copied by it.
 */
import { z } from "zod";
import type { JsonObject } from "./evaluation.ts";

/** Deeper is no option of a stage, and would end in a stack overflow. */
const MAX_DEPTH = 32;

/** Any object of JSON, at most MAX_DEPTH deep. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z.custom<JsonObject>(
  (value) => isRecord(value) && isJson(value, MAX_DEPTH),
  `expected an object of JSON, at most ${MAX_DEPTH} deep`,
);

/** An object whose keys and values are texts of these kinds. */
export function textRecordSchema(
  key: z.ZodType<string>,
  value: z.ZodType<string>,
): z.ZodType<Record<string, string>> {
  return z
    .custom<Record<string, string>>(isRecord, "expected an object")
    .check(({ value: record, issues }) => {
      for (const [name, text] of Object.entries(record)) {
        const found = key.safeParse(name).error ?? value.safeParse(text).error;
        if (found)
          issues.push({ code: "custom", input: text, path: [name], message: found.issues[0]!.message });
      }
    });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth === 0) return false;
  return Object.values(value).every((each) => isJson(each, depth - 1));
}
