// `npm run deploy`: from a checkout to a stack on AWS that answers. Installs and builds what is missing, packages, holds
// the template to what AWS takes, deploys, fills the registry with the shipped models, prints the first approver's key,
// and asks the stack for a verdict. Each step may be repeated: doing it again is an upgrade. docs/deploy.md.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { isBuilt } from "./build.mjs";
import { lintTemplate } from "./cfn-lint.mjs";
import { installDependencies, requireNode } from "./dependencies.mjs";
import { provideSharp } from "./sharp.mjs";
import { findStageProblem, findStore, loadSettings, readOutputs, runServerless } from "./stack.mjs";
import { root, runSteps } from "./steps.mjs";

const HELP = `npm run deploy [-- --stage STAGE] [--dry-run]

Deploys Radlite on AWS, with the credentials of the shell (AWS_PROFILE, AWS_ACCESS_KEY_ID, …).
  --stage STAGE   which of several stacks of an account; dev
  --dry-run       package and check the template, and end before AWS is asked for anything
  --help          this text

Settings, from the shell or from deploy/STAGE.env (NAME=VALUE, a line each):
  AWS_REGION                   where; us-east-1
  RADLITE_EXISTING_STORE       the bucket of a registry that is there already; a new one is made without
  RADLITE_AUTH_ISSUER …        whose tokens are taken besides API keys: docs/security.md
  RADLITE_ORIGINS              other sites whose pages may ask
  RADLITE_INTROSPECTION        off: GraphQL does not tell its schema
  RADLITE_AUDIT_PREDICTIONS    on: what was answered about which bytes is kept (docs/serving.md)
  RADLITE_SCORE_FROM           where radiographs lie that are scored in bulk, s3://BUCKET/PREFIX; uploads alone
  RADLITE_ALARM_EMAIL          who hears of alarms
  RADLITE_CLASSIFY_CONCURRENCY radiographs at a time; 50, and 0 reserves nothing
  RADLITE_AUDIT_PREDICTIONS    on: each verdict leaves a line in the store, without the picture (docs/serving.md)
  RADLITE_SCORE_FROM           s3://BUCKET/PREFIX: whose radiographs the queue of bulk scoring may name
  RADLITE_TRAINING             on: a queue of AWS Batch with graphics cards (docs/gpu.md)
  RADLITE_DATASETS             what trainings may name: name=s3://BUCKET/datasets/FOLDER,…
  RADLITE_ARCHITECTURE         x86_64 or arm64; x86_64
  RADLITE_RUNTIME              nodejs22.x or nodejs24.x; nodejs22.x
  RADLITE_KEY                  (of the shell) a key to ask the stack with, once there are keys`;

const SHOWN = "test/fixtures/radiographs/IM-0115-0001.jpeg";
const UP_WITHIN_MS = 60_000;
const POLL_MS = 2_000;
const run = promisify(execFile);

const { stage, dryRun } = readArguments();
const settingsFile = loadSettings(stage);
process.env.AWS_REGION ||= process.env.AWS_DEFAULT_REGION || "us-east-1";
const folder = join(root, ".cache", "deploy", stage);
requireNode();
try {
  if (settingsFile) console.log(`Settings: ${settingsFile}`);
  await installDependencies();
  if (!isBuilt()) await runSteps([["build", ["scripts/build.mjs"]]]);
  if (!dryRun) keepStore(await readOutputs(stage)); // settings are read when it is packaged
  await packageStack();
  if (dryRun) await describePackage();
  else await bringUp();
} catch (error) {
  console.error(`\nNot deployed: ${error.message}`);
  process.exitCode = 1;
}

function readArguments() {
  const options = {
    stage: { type: "string", default: "dev" },
    "dry-run": { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  };
  try {
    const { values } = parseArgs({ options });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const problem = findStageProblem(values.stage);
    if (problem) throw new Error(problem);
    return { stage: values.stage, dryRun: values["dry-run"] };
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    return process.exit(2);
  }
}

async function packageStack() {
  if (process.env.RADLITE_ARCHITECTURE === "arm64") await provideSharp("arm64");
  await rm(folder, { recursive: true, force: true });
  await runServerless(["package", "--package", folder], stage);
  const complaints = await lintTemplate(join(folder, "cloudformation-template-update-stack.json"));
  if (complaints.length > 0) throw new Error(`the template is not what AWS takes.\n${complaints.join("\n")}`);
  console.log("The template is what AWS takes (cfn-lint).");
}

async function describePackage() {
  const zips = (await readdir(folder)).filter((name) => name.endsWith(".zip"));
  for (const zip of zips)
    console.log(`${zip}: ${((await stat(join(folder, zip))).size / 1e6).toFixed(1)} MB`);
  console.log(
    `Ready to be deployed as radlite-${stage} in ${process.env.AWS_REGION}; nothing was (--dry-run).`,
  );
}

async function bringUp() {
  // Without force it would see that no function and no template has changed, and leave changed parameters unsaid.
  await runServerless(["deploy", "--force", "--package", folder], stage);
  const { StoreName: bucket, HttpApiUrl: url, TrainingImage: image } = (await readOutputs(stage)) ?? {};
  if (!bucket || !url)
    throw new Error("the stack was deployed, but does not say its bucket and its address.");
  const store = `s3://${bucket}/registry`;
  const said = await radlite(store, "registry", "seed");
  console.log(said.trim().split("\n").slice(-3).join("\n"));
  const key = (await provideFirstKey(store)) ?? process.env.RADLITE_KEY;
  await ask(url, key);
  if (image) console.log(`The image of training.Dockerfile goes to ${image}:latest (docs/gpu.md).`);
  console.log(`\n${url}\nRADLITE_STORE=${store}`);
}

/** As `findStore`, said and set. */
function keepStore(outputs) {
  const store = findStore(outputs, process.env.RADLITE_EXISTING_STORE);
  if (store === process.env.RADLITE_EXISTING_STORE) return;
  console.log(`The registry stays in ${store}, as before.`);
  process.env.RADLITE_EXISTING_STORE = store;
}

/** The command line on the registry of the stack. @returns what it prints. */
async function radlite(store, ...words) {
  const { stdout } = await run(process.execPath, ["cli/radlite.mjs", ...words], {
    cwd: root,
    env: { ...process.env, RADLITE_STORE: store, NODE_NO_WARNINGS: "1" },
  }).catch((error) => {
    throw new Error(`radlite ${words.join(" ")} failed. ${error.stderr || error.message}`, { cause: error });
  });
  return stdout;
}

/** @returns undefined where there are keys already. */
async function provideFirstKey(store) {
  const { keys } = JSON.parse(await radlite(store, "keys", "list", "--json"));
  if (keys.length > 0) return undefined;
  const name = `first of ${stage}`;
  const key = (await radlite(store, "keys", "create", "--role", "approver", "--name", name)).trim();
  console.log(`\nThe first key, of an approver. It is not shown again:\n\n  export RADLITE_KEY=${key}\n`);
  return key;
}

/** With a key: that the model in production answers. Without: that nobody else is answered. */
async function ask(url, key) {
  const bearer = key ? { authorization: `Bearer ${key}` } : {};
  const health = await untilUp(() => fetch(`${url}/health`, { headers: bearer }));
  console.log(`GET /health: ${JSON.stringify(health)}`);
  const response = await fetch(`${url}/classify`, {
    method: "POST",
    headers: { ...bearer, "content-type": "image/jpeg" },
    body: readFileSync(join(root, SHOWN)),
  });
  const answer = await response.json();
  if (!key) {
    if (response.status !== 401)
      throw new Error(`without a key POST /classify answered ${response.status}, not 401.`);
    console.log("POST /classify without a key: 401. With RADLITE_KEY set it is asked for a verdict.");
    return;
  }
  if (!response.ok)
    throw new Error(`${SHOWN} was not classified: ${answer.error?.message ?? response.status}`);
  console.log(
    `POST /classify of ${SHOWN}: ${answer.verdict}, by ${answer.model.name} version ${answer.model.version}`,
  );
}

async function untilUp(request) {
  for (const startedMs = Date.now(); ; await delay(POLL_MS)) {
    const response = await request().catch((error) => error);
    const body = response.ok ? await response.json() : undefined;
    if (body) return body;
    if (response.status === 401 || Date.now() - startedMs > UP_WITHIN_MS)
      throw new Error(
        `GET /health did not answer: ${response.status ?? response.cause?.message ?? response.message}`,
      );
  }
}
