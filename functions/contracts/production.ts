/** GET /models/production, GET /artifacts/{sha256}, GET /health and GET /metrics: which version answers, its files, how it does. */
import type { ProductionAnswer } from "@radlite/model/verdict";
import { z } from "zod";
import { BINARY, type Contract, ESTIMATE, SHA256, sha256Parameter, TEXT } from "./contract.ts";

export const PERFORMANCE = z
  .record(
    z.string(),
    z.strictObject({ n: z.int(), sensitivity: ESTIMATE, specificity: ESTIMATE, auc: ESTIMATE }),
  )
  .describe("By the names of the test sets that the version was evaluated on; `n` counts cases.");

export const PRODUCTION_ANSWER = z.strictObject({
  name: z.string(),
  version: z.int(),
  sha256: SHA256.describe("Of the sealed file, which GET /artifacts/{sha256} gives."),
  bytes: z.int(),
  degraded: z.boolean().describe("A newer version cannot be loaded, and the one before answers."),
  gate: z.strictObject({ sha256: SHA256, bytes: z.int() }).optional(),
  population: z.string().optional().describe("Whom the gate's data set shows, in words."),
  performance: PERFORMANCE.optional(),
}) satisfies z.ZodType<ProductionAnswer>;

export const PRODUCTION = {
  route: "GET /models/production",
  role: "caller",
  summary: "Which version is in production",
  answers: {
    200: {
      description: "The version, its gate and its figures.",
      content: { "application/json": PRODUCTION_ANSWER },
    },
  },
  refusals: { 503: ["NO_PRODUCTION", "NOT_LOADED"] },
} as const satisfies Contract;

export const ARTIFACT = {
  route: "GET /artifacts/{sha256}",
  role: "caller",
  summary: "The sealed file of a version, or of its gate",
  path: { sha256: sha256Parameter("the file") },
  answers: {
    200: { description: "The file; it never changes.", content: { "application/octet-stream": BINARY } },
  },
  refusals: { 400: ["NOT_A_DIGEST"], 404: ["UNKNOWN_ARTIFACT"], 413: ["TOO_LARGE"], 422: [] },
} as const satisfies Contract;

const HEALTH_ANSWER = z.union([
  z.strictObject({ status: z.literal("up") }).describe("To those without a role."),
  z.strictObject({
    status: z.literal("ok"),
    model: z.string(),
    version: z.int(),
    gate: SHA256.nullable(),
    degraded: z.boolean(),
  }),
]);

export const HEALTH = {
  route: "GET /health",
  role: "anyone",
  summary: "200 once POST /classify can answer",
  answers: {
    200: { description: "It can, or the server is up.", content: { "application/json": HEALTH_ANSWER } },
  },
  refusals: { 503: ["NO_PRODUCTION", "NOT_LOADED"] },
} as const satisfies Contract;

export const METRICS = {
  route: "GET /metrics",
  role: "approver",
  summary: "What was counted since the start, for Prometheus",
  description: "Of the local server alone; on AWS CloudWatch counts.",
  answers: {
    200: { description: "Prometheus' text format.", content: { "text/plain": TEXT } },
  },
} as const satisfies Contract;
