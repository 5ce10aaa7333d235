/** POST /uploads and PUT /uploads/{upload}: a radiograph that is too large for a request. */
import { z } from "zod";
import { BINARY, type Contract } from "./contract.ts";

/** What is wrong with a number or a digest, the command says. */
export const ANNOUNCED = z.strictObject({
  bytes: z.number().describe("Length of the file."),
  sha256: z.string().describe("Of the file, 64 lower-case hex digits."),
});

export const UPLOADS = {
  route: "POST /uploads",
  role: "caller",
  summary: "Announces a radiograph that is too large for a request",
  description: "PUT the file to `url` with `headers` within five minutes, then POST /classify with `upload`.",
  body: { description: "What will come, at most 64 MB.", content: { "application/json": ANNOUNCED } },
  answers: {
    201: {
      description: "Where to PUT it.",
      content: {
        "application/json": z.strictObject({
          upload: z.uuid(),
          url: z.url(),
          headers: z.record(z.string(), z.string()),
          expiresAt: z.iso.datetime(),
        }),
      },
    },
  },
  refusals: { 400: ["NOT_JSON", "WRONG_FIELDS"], 413: ["TOO_LARGE"] },
} as const satisfies Contract;

export const UPLOAD = {
  route: "PUT /uploads/{upload}",
  role: "caller",
  summary: "The bytes of an announced upload, where the store has no signed addresses",
  path: { upload: { schema: z.string(), description: "As POST /uploads answered it to the same caller." } },
  body: { description: "The file.", content: { "application/octet-stream": BINARY } },
  answers: {
    201: {
      description: "They are there.",
      content: { "application/json": z.strictObject({ upload: z.string() }) },
    },
  },
  refusals: {
    400: ["WRONG_LENGTH", "WRONG_DIGEST"],
    403: ["NOT_YOURS", "EXPIRED"],
    404: ["UNKNOWN_UPLOAD"],
    409: ["ALREADY_UPLOADED"],
    413: ["TOO_LARGE"],
  },
} as const satisfies Contract;
