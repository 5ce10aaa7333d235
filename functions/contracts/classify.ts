/** POST /classify. */
import {
  APPLICABILITY_STATUSES,
  type ClassifyAnswer,
  type Outside,
  REVIEW_REASONS,
  VERDICTS,
} from "@radlite/model/verdict";
import { OUTSIDE_REASONS, WHOLE_CHANGES } from "@radlite/model/verdict/gate";
import { z } from "zod";
import { ASKED_VALUES } from "../serving/asked.ts";
import { CAPTURE } from "../serving/dicom-answer.ts";
import { BINARY, type Contract, ESTIMATE, SHA256 } from "./contract.ts";
import { PERFORMANCE } from "./production.ts";

const POPULATION = z.string().describe("Whom the gate's data set shows, in words.");

const APPLICABILITY = z.strictObject({
  status: z.enum(APPLICABILITY_STATUSES),
  content: z.number().optional(),
  novelty: z.number().optional(),
  gate: z.strictObject({ sha256: SHA256, bytes: z.int() }).optional(),
  maybeMirrored: z.boolean().optional().describe("Left and right may be exchanged."),
});

const OPERATING_POINT = z.strictObject({
  threshold: z.number().describe("PNEUMONIA at or above it."),
  rule: z.string().describe("half, youden or sensitivity:<target>."),
  on: z.literal("VALIDATION"),
  sensitivity: ESTIMATE,
  specificity: ESTIMATE,
  coverage: z.number().optional().describe("The promised share of pictures outside the review band."),
  reviewBand: z.tuple([z.number(), z.number()]).readonly().optional(),
});

const BOX = z
  .strictObject({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })
  .describe("In pixels of the upright original.");

const PNG = z.string().meta({ contentEncoding: "base64", contentMediaType: "image/png" });

export const CLASSIFY_ANSWER = z.strictObject({
  requestId: z.string(),
  verdict: z.enum([...VERDICTS, "NEEDS_REVIEW"]),
  probability: z.number().min(0).max(1).describe("Of pneumonia, calibrated on validation."),
  review: z.array(z.enum(REVIEW_REASONS)).readonly().describe("Why a person should look; empty otherwise."),
  applicability: APPLICABILITY,
  population: POPULATION.optional(),
  operatingPoint: OPERATING_POINT,
  performance: PERFORMANCE.optional(),
  model: z.strictObject({
    name: z.string(),
    version: z.int(),
    sha256: SHA256,
    bytes: z.int(),
    engine: z.string(),
  }),
  input: z.strictObject({
    sha256: SHA256.describe("Of the file as it was received."),
    kind: z.string().describe("jpeg, png or dicom."),
    width: z.int(),
    height: z.int(),
  }),
  timing: z.strictObject({
    coldStart: z.boolean(),
    decodeMs: z.number(),
    inferMs: z.number(),
    totalMs: z.number(),
  }),
  degraded: z.boolean(),
  notice: z.string(),
  audited: z
    .boolean()
    .optional()
    .describe("With an audit of predictions: whether this one is kept. Of a DICOM file, x-radlite-audited."),
  explanation: z
    .strictObject({ png: PNG.describe("The radiograph with the map over it, a PNG file."), box: BOX })
    .optional(),
}) satisfies z.ZodType<ClassifyAnswer & { requestId: string }>;

/** What a refusal of a picture that is outside says beside its reason. */
export const OUTSIDE = z.object({
  applicability: APPLICABILITY,
  population: POPULATION,
  change: z.enum(WHOLE_CHANGES).optional().describe("What would leave a picture that is not outside."),
}) satisfies z.ZodType<Outside>;

export const UPLOADED = z.strictObject({ upload: z.string().describe("As POST /uploads answers it.") });

export const CLASSIFY = {
  route: "POST /classify",
  role: "caller",
  summary: "A radiograph in, a verdict out",
  description:
    "The file as the raw body or as the one file of a form, at most 10 MB (4.7 MB on AWS); or the name of an upload. With `Accept: application/dicom` a DICOM film is answered by a structured report.",
  query: {
    dicom: {
      schema: z.literal(CAPTURE),
      description: "Answers a DICOM film by a Secondary Capture with the map over it.",
    },
    explain: {
      schema: z.enum(ASKED_VALUES.explain),
      description:
        "Adds what the network leaned on; with `if-possible` a network that cannot say answers without it.",
    },
    onOutside: {
      schema: z.enum(ASKED_VALUES.onOutside),
      description: "Answers what the gate refuses, as NEEDS_REVIEW.",
    },
    onReview: {
      schema: z.enum(ASKED_VALUES.onReview),
      description: "Answers by the threshold where a person should look.",
    },
  },
  body: {
    description: "A JPEG, PNG or DICOM file, or the name of an upload.",
    content: {
      "image/jpeg": BINARY,
      "image/png": BINARY,
      "application/dicom": BINARY,
      "application/octet-stream": BINARY,
      "multipart/form-data": z.object({ file: z.file() }),
      "application/json": UPLOADED,
    },
  },
  answers: {
    200: {
      description: "The verdict of the model in production.",
      content: { "application/json": CLASSIFY_ANSWER, "application/dicom": BINARY },
    },
  },
  refusals: {
    400: [
      ...["EMPTY_BODY", "NO_FILE", "BROKEN_FORM", "NOT_JSON", "NOT_AN_IMAGE", "TOO_SMALL", "BLANK"],
      ...["TOO_FEW_LEVELS", "TOO_MANY_SCANS", "COLOUR_PHOTO", "MULTIFRAME", "NOT_A_CHEST_FILM"],
      ...["DEPTH_UNCLEAR", "NOT_EXPLAINABLE", "NOT_REPORTABLE"],
      ...["WRONG_LENGTH", "WRONG_DIGEST"],
    ],
    403: ["NOT_YOURS"],
    404: ["UNKNOWN_UPLOAD", "NOT_UPLOADED"],
    406: ["NOT_DICOM"],
    413: ["TOO_LARGE"],
    415: ["UNSUPPORTED_TYPE", "NOT_AN_IMAGE", "UNSUPPORTED_TRANSFER_SYNTAX"],
    422: OUTSIDE_REASONS,
    503: ["NO_PRODUCTION", "NOT_LOADED", "BUSY"],
  },
} as const satisfies Contract;
