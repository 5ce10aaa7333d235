/**
 * Radlite as its template deploys it, on this machine: the test server for S3 with the roles of the template, which it
 * enforces; each zip unpacked, under Node 22, in a process that has the function's environment and its role's
 * credentials; and the routes of the template in front. The registry is the same store, opened as an administrator.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel } from "@radlite/registry/commands";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { provideNodes } from "../../scripts/nodes.mjs";
import { makeBatch } from "../functions/batch-server.ts";
import { BUCKET, startS3Server } from "../registry/s3-server.ts";
import { type BatchEdge, startBatchEdge } from "./batch-edge.ts";
import { routesOf, startFront } from "./http-front.ts";
import { REGION, resolverOf } from "./intrinsics.ts";
import { type Packaged, providePackage, unpack } from "./packaged.ts";
import { type Credentials, createAdministrator, createRoles, enforceRights, type Role } from "./roles.ts";
import { type LambdaFunction, startFunction } from "./runtime-api.ts";
import { type S3Edge, startS3Edge } from "./s3-edge.ts";

export interface DeployedFunction extends LambdaFunction {
  /** As in serverless.yml. */
  name: string;
  /** `dist/functions/classify.handler`. */
  handler: string;
  role: Role;
  /** `POST /classify`. */
  routes: string[];
}

export interface Deployed {
  url: string;
  registry: Registry;
  s3: S3Edge;
  batch: BatchEdge;
  /** By id. */
  roles: ReadonlyMap<string, Role>;
  functions: DeployedFunction[];
  stop(): Promise<void>;
}

export interface DeployOptions {
  /** RADLITE_* as they would be set when it is deployed; each must be a variable of every function. */
  settings?: Record<string, string>;
  /** Of the stack. */
  parameters?: Record<string, string>;
}

/** To wait until it stands, on a busy machine: it may have to be built and packed first. */
export const PACKING_MS = 400_000;

/** What the template calls both in this stack. */
export const TRAINING = "radlite-dev-training";

/** @param prepare fills the registry before anything is asked */
export async function deploy(
  prepare: (registry: Registry) => Promise<unknown>,
  { settings = {}, parameters = {} }: DeployOptions = {},
): Promise<Deployed> {
  const [packaged, server] = await Promise.all([providePackage(), startS3Server(), provideNodes()]);
  const { template } = packaged;
  const resolve = resolverOf(template, { names: { Store: BUCKET }, parameters });
  const roles = await createRoles(server.endpoint, template, resolve);
  const administrator = await createAdministrator(server.endpoint);
  await makeBatch(server.endpoint, { queue: TRAINING, jobDefinition: TRAINING });
  await enforceRights(server.endpoint);
  const s3 = await startS3Edge(server.endpoint, [...roles.values()]);
  const batch = await startBatchEdge(server.endpoint, administrator, [...roles.values()]);
  const registry = await openAs(administrator, server.endpoint);
  await prepare(registry);

  const folder = await mkdtemp(join(tmpdir(), "radlite-deployed-"));
  const routes = routesOf(template, resolve);
  const endpoints = { AWS_ENDPOINT_URL_S3: s3.endpoint, AWS_ENDPOINT_URL_BATCH: batch.endpoint };
  const functions = await Promise.all(
    listFunctions(packaged, resolve, settings).map(async ({ id, variables, roleId, zip, ...facts }) => {
      const at = join(folder, facts.name);
      const role = roles.get(roleId)!;
      await unpack(zip, at);
      const environment = { ...environmentOf(role.credentials), ...endpoints, ...variables };
      const started = await startFunction({ ...facts, folder: at, environment });
      const own = routes.filter(({ functionId }) => functionId === id).map(({ key }) => key);
      return { ...facts, ...started, id, role, routes: own };
    }),
  );
  const front = await startFront(routes, (functionId, event) =>
    functions.find(({ id }) => id === functionId)!.invoke(event),
  );
  return {
    url: front.url,
    ...{ registry, s3, batch, roles, functions },
    async stop() {
      await front.stop();
      await Promise.all(functions.map((one) => one.stop()));
      await Promise.all([s3.stop(), batch.stop()]);
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function listFunctions(
  { template, zips }: Packaged,
  resolve: (value: unknown) => unknown,
  settings: Record<string, string>,
) {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === "AWS::Lambda::Function")
    .map(([id, { Properties }]) => {
      const { FunctionName, Handler, Role, Timeout, Environment } = Properties;
      const name = (resolve(FunctionName) as string).split("-").at(-1)!;
      const variables = resolve(Environment.Variables) as Record<string, string>;
      const missing = Object.keys(settings).find((setting) => !(setting in variables));
      if (missing) throw new Error(`${name} is deployed without ${missing}`);
      return {
        ...{ id, name, handler: Handler as string, timeoutS: Timeout as number, zip: zips[name]! },
        roleId: (resolve(Role) as string).split("/").at(-1)!,
        variables: { ...variables, ...settings },
      };
    });
}

/** What Lambda gives every function. */
function environmentOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials) {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken!,
  };
}

/** With the line of versions that is served. */
async function openAs(administrator: Credentials, endpoint: string): Promise<Registry> {
  const environment = {
    AWS_REGION: REGION,
    RADLITE_S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey,
  };
  Object.assign(process.env, environment); // the SDK of this process takes its credentials from there
  const store = await openStore(`s3://${BUCKET}/registry`, { environment });
  const registry = await openRegistry({ store });
  const actor = { name: "root", role: "approver" } as const;
  await createModel(registry, { name: "chest-xray", description: "Chest X-rays of a test", actor });
  return registry;
}
