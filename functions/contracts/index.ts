/** Every route, in the order in which they are described. */
import { CLASSIFY } from "./classify.ts";
import type { Contract } from "./contract.ts";
import { DATASET_IMAGE } from "./datasets.ts";
import { GRAPHQL, GRAPHQL_QUERY } from "./graphql.ts";
import { IDENTITY, SIGN_IN } from "./identity.ts";
import { CONSOLE_PAGES, DOCS, OPENAPI, PAGE, PAGE_FILE, PREFLIGHT, SERVICE_WORKER } from "./pages.ts";
import { ARTIFACT, HEALTH, METRICS, PRODUCTION } from "./production.ts";
import { TRAINING_RUNS } from "./training-runs.ts";
import { UPLOAD, UPLOADS } from "./uploads.ts";

export const CONTRACTS: readonly Contract[] = [
  ...[CLASSIFY, UPLOADS, UPLOAD],
  ...[PRODUCTION, ARTIFACT, HEALTH, METRICS],
  ...[GRAPHQL, GRAPHQL_QUERY, TRAINING_RUNS, DATASET_IMAGE],
  ...[SIGN_IN, IDENTITY],
  ...[OPENAPI, DOCS, PAGE, ...CONSOLE_PAGES, PAGE_FILE, SERVICE_WORKER, PREFLIGHT],
];
