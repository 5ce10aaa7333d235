/** What browsers ask for: pages, their files, this description, and preflights. */
import { z } from "zod";
import { BINARY, type Contract, TEXT } from "./contract.ts";

export const PAGE = {
  route: "GET /",
  role: "anyone",
  summary: "The upload page",
  answers: { 200: { description: "The page.", content: { "text/html": TEXT } } },
} as const satisfies Contract;

export const PAGE_FILE = {
  route: "GET /page/{file}",
  role: "anyone",
  summary: "A script, a style or a decoder of a page",
  path: { file: { schema: z.string(), description: "Its name, with a hash in it." } },
  answers: {
    200: {
      description: "The file; it never changes.",
      content: { "text/javascript": TEXT, "text/css": TEXT, "application/wasm": BINARY },
    },
  },
  refusals: { 404: [] },
} as const satisfies Contract;

export const DOCS = {
  route: "GET /docs",
  role: "viewer",
  summary: "This description as a page",
  description: "To a browser without credentials the page comes with status 401, and asks for a key.",
  answers: { 200: { description: "The page.", content: { "text/html": TEXT } } },
} as const satisfies Contract;

export const OPENAPI = {
  route: "GET /openapi.json",
  role: "viewer",
  summary: "This description",
  answers: {
    200: {
      description: "An OpenAPI 3.1 document.",
      content: { "application/json": z.looseObject({ openapi: z.string() }) },
    },
  },
} as const satisfies Contract;

export const PREFLIGHT = {
  route: "OPTIONS /{path+}",
  role: "anyone",
  summary: "What browsers ask for pages of other sites",
  path: { path: { schema: z.string(), description: "Any path." } },
  answers: { 204: { description: "Whose pages may ask stands in the headers (RADLITE_ORIGINS)." } },
} as const satisfies Contract;
