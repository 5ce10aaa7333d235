/**
 * The rules that recipes are made of. The text of each is what the message about a faulty recipe says is allowed.
 */
import { z } from "zod";

/** `unit`: what it counts or measures, for docs/recipe.md. */
export const number = (low: number, high: number, unit: string) => {
  const allowed = `a number from ${low} to ${high}`;
  return z.number(allowed).min(low, allowed).max(high, allowed).meta({ unit });
};

export const whole = (low: number, high: number, unit: string) => {
  const allowed = `a whole number from ${low} to ${high}`;
  return z.int(allowed).min(low, allowed).max(high, allowed).meta({ unit });
};

/** The seed of random numbers. */
export const SEED = whole(0, 2 ** 31 - 1, "").default(1);

export const choice = <const T extends readonly [string, ...string[]]>(...options: T) =>
  z.enum(options, `one of ${options.join(", ")}`);

export const text = (allowed: string) => z.string(allowed).trim().min(1, allowed).meta({ allowed });

/** A map whose keys are all known; the message of an unknown key is the list of the known ones. */
export const section = <T extends z.core.$ZodShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? Object.keys(shape).join(", ")
        : `a map of the keys ${Object.keys(shape).join(", ")}`,
  });
