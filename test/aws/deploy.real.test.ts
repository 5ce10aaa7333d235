/**
 * `npm run deploy` and `npm run undeploy` against a test server in place of AWS: the stack comes up, is filled, gives
 * out its first key and answers, by the functions that were uploaded with the settings that were deployed.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { provideNodes } from "../../scripts/nodes.mjs";
import { type S3Server, startS3Server } from "../registry/s3-server.ts";
import { type HttpFront, routesOf, startFront } from "./http-front.ts";
import { REGION, resolverOf } from "./intrinsics.ts";
import { type Packaged, providePackage, ROOT, unpack, withoutSettings } from "./packaged.ts";
import { type LambdaFunction, startFunction } from "./runtime-api.ts";

const STAGE = "test";
const STACK = `radlite-${STAGE}`;

let server: S3Server;
let packaged: Packaged;
let front: HttpFront;
let folder: string;
/** Packages, deploys and seeds: half a minute, several on a busy machine. */
const TIMEOUT_MS = 400_000;
const instances = new Map<string, Promise<LambdaFunction>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-deploy-"));
  [packaged, server] = await Promise.all([
    providePackage(),
    startS3Server({ script: join(import.meta.dirname, "cloud-server.py") }),
    provideNodes(),
  ]);
  front = await startFront(routesOf(packaged.template, resolverOf(packaged.template)), async (id, event) => {
    const name = packaged.template.Resources[id]!.Properties.FunctionName.split("-").at(-1)!;
    if (!instances.has(name)) instances.set(name, startDeployed(name));
    return (await instances.get(name)!).invoke(event);
  });
});
afterAll(async () => {
  await front?.stop();
  await stopInstances();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function stopInstances() {
  for (const started of instances.values()) await (await started).stop();
  instances.clear();
}

/** With the settings that the stack gave it; under Node 22, as its runtime says. */
async function startDeployed(name: string): Promise<LambdaFunction> {
  const { Handler: handler, Runtime, Timeout: timeoutS, Environment } = await configurationOf(name);
  expect(Runtime).toBe("nodejs22.x");
  await unpack(packaged.zips[name]!, join(folder, name));
  const environment = { ...awsSettings(), ...Environment.Variables, PATH: process.env.PATH! };
  return startFunction({ name, handler, timeoutS, folder: join(folder, name), environment });
}

async function configurationOf(name: string) {
  const response = await fetch(`${server.endpoint}/2015-03-31/functions/${STACK}-${name}/configuration`, {
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/lambda/aws4_request` },
  });
  return response.json();
}

const awsSettings = () => ({
  AWS_ENDPOINT_URL: server.endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});

/** @returns all that it prints. Throws when it fails. */
async function runScript(name: string, args: string[], settings: Record<string, string> = {}) {
  const preload = join(import.meta.dirname, "reach-front.mjs");
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--import", preload, join(ROOT, "scripts", `${name}.mjs`), ...args],
    {
      cwd: ROOT,
      env: {
        ...withoutSettings(process.env),
        ...awsSettings(),
        ...{ FRONT_URL: front.url, SLS_AWS_MONITORING_FREQUENCY: "200" }, // ms between looks at the stack
        ...settings,
      },
    },
  ).catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}`);
  });
  return `${stdout}${stderr}`;
}

const deploy = (settings?: Record<string, string>) => runScript("deploy", ["--stage", STAGE], settings);

let store: string;

test(
  "a stack is deployed and seeded, gives out its first key, and answers who has it",
  async () => {
    const said = await deploy({ RADLITE_TRAINING: "on" });

    expect(said).toContain("The template is what AWS takes (cfn-lint).");
    expect(said).toMatch(/chest-xray@\d+ is now in production/);
    expect(said.match(/rl_[0-9a-f]{12}_[\w-]{43}/g)).toHaveLength(1);
    expect(said).toMatch(/GET \/health: \{"status":"ok","model":"chest-xray"/);
    expect(said).toMatch(/POST \/classify of .*: NORMAL, by chest-xray version \d+/);
    store = /RADLITE_STORE=(s3:\/\/radlite-test-store-\w+\/registry)/.exec(said)![1]!;
    expect((await configurationOf("graphql")).Environment.Variables).toMatchObject({
      RADLITE_STORE: store,
      RADLITE_EXECUTOR: "batch",
      RADLITE_BATCH_QUEUE: `${STACK}-training`,
      RADLITE_BATCH_JOB: `${STACK}-training`,
    });
  },
  TIMEOUT_MS,
);

test(
  "taken down it leaves the registry, which the next stack takes up with its keys",
  async () => {
    const said = await runScript("undeploy", ["--stage", STAGE]);
    await stopInstances();
    const bucket = /RADLITE_EXISTING_STORE=(\S+)/.exec(said)![1]!;
    expect(store).toBe(`s3://${bucket}/registry`);

    const again = await deploy({ RADLITE_EXISTING_STORE: bucket });

    expect(again).toContain("POST /classify without a key: 401.");
    expect(again).not.toMatch(/rl_[0-9a-f]{12}_/);
    expect((await configurationOf("classify")).Environment.Variables).toMatchObject({
      RADLITE_STORE: store,
      RADLITE_BATCH_QUEUE: "",
    });
  },
  TIMEOUT_MS,
);
