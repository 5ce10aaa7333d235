/**
 * What a route promises, in the words of OpenAPI (openapi.ts makes the document of it). Bodies are read by the schemas
 * that stand here; a test holds role and query parameters to those of the handler, and what a real server answers to
 * the rest. What answers radiographs does not load this: it would only take its time.
 */
import type { Role } from "@radlite/registry/log";
import { z } from "zod";

/** As serverless.yml names it, such as `GET /artifacts/{sha256}`. */
export type RouteName = `${"GET" | "POST" | "PUT" | "OPTIONS"} /${string}`;

export interface Parameter {
  schema: z.ZodType;
  description: string;
}

/** By content type. `BINARY`: bytes of that type, `TEXT`: characters of it. */
export type Content = Readonly<Record<string, z.ZodType | typeof BINARY | typeof TEXT>>;
export const BINARY = "binary";
export const TEXT = "text";

export interface ContractAnswer {
  description: string;
  /** Left out: an answer without a body. */
  content?: Content;
}

export interface Contract {
  route: RouteName;
  /** The least that a caller must have. */
  role: Role | "anyone";
  summary: string;
  description?: string;
  path?: Readonly<Record<string, Parameter>>;
  query?: Readonly<Record<string, Parameter>>;
  body?: { description: string; content: Content };
  /** By status. */
  answers: Readonly<Record<number, ContractAnswer>>;
  /** By status, the reasons that go with it; besides those that every route of its role has. */
  refusals?: Refusals;
  /** Errors as GraphQL says them. */
  errors?: "graphql";
}

/** Empty: there is a status, and no finer reason. */
export type Refusals = Readonly<Record<number, readonly string[]>>;

export const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

export const sha256Parameter = (of: string): Parameter => ({
  schema: SHA256,
  description: `SHA-256 of ${of}, 64 lower-case hex digits.`,
});

/** A value with its 95% interval. */
export const ESTIMATE = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
