/** GET /datasets/{name}/images/{sha256}. */
import { z } from "zod";
import { BINARY, type Contract, sha256Parameter } from "./contract.ts";

export const DATASET_IMAGE = {
  route: "GET /datasets/{name}/images/{sha256}",
  role: "viewer",
  summary: "A picture of a configured data set",
  description:
    "Of the local server alone: on this machine, or where RADLITE_SHOW_DATASETS=on lets others see them. DICOM films are not shown.",
  path: {
    name: {
      schema: z.string(),
      description: "As `npm start -- --data NAME=DIR` or RADLITE_DATASETS has it.",
    },
    sha256: sha256Parameter("the file"),
  },
  answers: {
    200: {
      description: "The file as it lies there.",
      content: { "image/jpeg": BINARY, "image/png": BINARY },
    },
  },
  refusals: {
    400: ["NOT_A_DIGEST", "UNKNOWN_NAME"],
    403: ["NOT_SHOWN"],
    404: ["UNKNOWN_IMAGE", "NOT_AN_IMAGE"],
    413: ["TOO_LARGE"],
    415: ["UNSUPPORTED_TYPE"],
  },
} as const satisfies Contract;
