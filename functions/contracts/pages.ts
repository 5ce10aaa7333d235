/** What browsers ask for: pages, their files, this description, and preflights. */
import { z } from "zod";
import { BINARY, type Contract, type RouteName, TEXT } from "./contract.ts";

const page = <Route extends RouteName>(route: Route, summary: string, more: Pick<Contract, "path"> = {}) =>
  ({
    route,
    role: "anyone",
    summary,
    ...more,
    answers: { 200: { description: "The page.", content: { "text/html": TEXT } } },
  }) as const satisfies Contract;

export const PAGE = page("GET /", "The upload page");

/** The pages beside it: each asks for what it shows in its reader's name. */
export const CONSOLE_PAGES = [
  page("GET /models", "Versions, and what is worth their bytes"),
  page("GET /models/compare", "Versions side by side"),
  page("GET /versions/{version}", "All about a version", {
    path: { version: { schema: z.string(), description: "Its id, such as chest-xray@3." } },
  }),
  page("GET /production", "Which version answers, and why"),
  page("GET /runs", "Trainings"),
  page("GET /runs/{run}", "A training: its curves and its log", {
    path: { run: { schema: z.string(), description: "Its id." } },
  }),
] as const;

export const SERVICE_WORKER = {
  route: "GET /service-worker.js",
  role: "anyone",
  summary: "What lets the upload page open without a network",
  answers: { 200: { description: "A script.", content: { "text/javascript": TEXT } } },
} as const satisfies Contract;

export const PAGE_FILE = {
  route: "GET /page/{file}",
  role: "anyone",
  summary: "A script, a style, a decoder or a picture of a page",
  path: { file: { schema: z.string(), description: "Its name, with a hash in it." } },
  answers: {
    200: {
      description: "The file; it never changes.",
      content: {
        "text/javascript": TEXT,
        "text/css": TEXT,
        "image/jpeg": BINARY,
        "application/wasm": BINARY,
      },
    },
  },
  refusals: { 404: ["UNKNOWN_FILE"] },
} as const satisfies Contract;

export const DOCS = {
  route: "GET /docs",
  role: "viewer",
  summary: "This description as a page",
  description: "To a browser without credentials the page comes too, and asks for a key.",
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
