/** GET /sign-in and GET /identity: how one signs in, and as whom one has. */
import { ROLES } from "@radlite/registry/log";
import { z } from "zod";
import { type Contract, TEXT } from "./contract.ts";

export const SIGN_IN = {
  route: "GET /sign-in",
  role: "anyone",
  summary: "How a browser signs in here",
  description: "To a browser, the page that does it.",
  answers: {
    200: {
      description: "The issuer whose tokens are taken and where one signs in; without, API keys alone.",
      content: {
        "application/json": z.strictObject({
          issuer: z
            .strictObject({
              address: z.url(),
              clientId: z.string().describe("Of the public client that stands for this page."),
              scope: z.string().describe("Asked for, joined by spaces."),
              audience: z.string().describe("For which tokens are asked."),
            })
            .nullable(),
        }),
        "text/html": TEXT,
      },
    },
  },
} as const satisfies Contract;

export const IDENTITY = {
  route: "GET /identity",
  role: "caller",
  summary: "Who asks",
  answers: {
    200: {
      description: "As the history would name them, and what they may do.",
      content: { "application/json": z.strictObject({ name: z.string(), role: z.enum(ROLES) }) },
    },
  },
} as const satisfies Contract;
