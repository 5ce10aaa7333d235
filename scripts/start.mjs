// `npm start`: from a fresh clone to a running Radlite. Installs what is missing, builds, fills an empty
// registry with the shipped models, starts the functions on this machine, posts a bundled radiograph over HTTP,
// prints the verdict and how to ask, then `ready`, and stays up until Ctrl-C. Plain Node: on a fresh clone
// nothing is installed yet.
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs, promisify } from "node:util";
import { isBuilt } from "./build.mjs";
import { addDatasets } from "./datasets.mjs";
import { installDependencies, requireNode } from "./dependencies.mjs";
import { probePort, startServer } from "./server.mjs";
import { root } from "./steps.mjs";

const HELP = `npm start [-- [--once] [--data NAME=DIR]]

Starts Radlite on this machine: installs, builds, fills an empty registry with the shipped models, serves.
  --once   end after the first verdict: exit code 0 when it came, 1 when not
  --data   a data set that trainings may name, and whose pictures are shown here; may be repeated
  --help   this text

Settings (environment):
  RADLITE_PORT               port of the server; 3000
  RADLITE_STORE              where the registry lies: file:FOLDER or s3://BUCKET/PREFIX; file:.radlite
  RADLITE_S3_ENDPOINT        address of an S3 server other than AWS
  RADLITE_DATASETS           data sets, as --data: name=/folder,other=/folder
  RADLITE_SHOW_DATASETS      on: their pictures are shown to viewers elsewhere too
  RADLITE_TRAINING_SLOTS     trainings at a time; 1
  RADLITE_AUTH               required: who asks brings an API key (radlite keys create) or a token, here too
  RADLITE_AUTH_ISSUER …      whose tokens are taken, and the rest about who may ask: docs/security.md
  RADLITE_AUDIT_PREDICTIONS  on: each verdict leaves a line in the store, without the picture: docs/serving.md`;

const HEALTHY_WITHIN_MS = 45_000;
const FINISHING = "Finishing what is under way, for at most 10 s; Ctrl-C again ends it now.";
const SAID_AFTER_MS = 500;
const ASKED_AGAIN_MS = 1_000; // npm hands on the signal that a terminal has sent to both of us
const RADIOGRAPHS = join("test", "fixtures", "radiographs");
const JSON_TYPE = "-H 'content-type: application/json'";

/** The server is told its digest alone (RADLITE_START_KEY), and forgets it when it ends: it is stored nowhere. */
const startKey = makeKey();

const { once, help, data = [] } = readArguments();
if (help) {
  console.log(HELP);
  process.exit(0);
}
requireNode();
const datasets = readDatasets();
const port = readPort();
await requirePort();
const store = process.env.RADLITE_STORE || "file:.radlite";
if (store === "memory:")
  stop('RADLITE_STORE is "memory:", which no two processes share. Name a folder, such as file:.radlite.');
console.log("Starting Radlite …");
await installDependencies().catch((error) => stop(`Radlite did not start: ${error.message}`));
if (!isBuilt()) await step("building", ["scripts/build.mjs"]);
await step(
  "filling the registry",
  ["cli/radlite.mjs", "registry", "seed"],
  `The registry lies at ${store}. RADLITE_STORE names another place: file:FOLDER or s3://BUCKET/PREFIX.`,
);

const server = openServer();
const logFile = relative(root, server.logFile);
let ending = false;
let askedMs = 0;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void end());

try {
  await server.healthy(HEALTHY_WITHIN_MS, { key: startKey.key });
  const file = pickRadiograph();
  printVerdict(file, await classify(file));
  if (once) await server.stop();
} catch (error) {
  await server.stop();
  if (!ending) {
    await requirePort(); // somebody may have taken it since
    stop(`Radlite did not start: ${error.message}\nIts log: ${logFile}`);
  }
}
if (once) process.exit(0);

printUses(pickRadiograph());
console.log("ready");
const code = await server.ended;
if (!ending) stop(`The server ended by itself (${code}). Its log: ${logFile}`);

function readArguments() {
  try {
    const options = {
      once: { type: "boolean" },
      data: { type: "string", multiple: true },
      help: { type: "boolean", short: "h" },
    };
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

function readDatasets() {
  try {
    return addDatasets(data, process.env.RADLITE_DATASETS);
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

function readPort() {
  const setting = process.env.RADLITE_PORT ?? "3000";
  const number = Number(setting);
  if (Number.isInteger(number) && number > 0 && number < 65536) return number;
  return stop(`RADLITE_PORT is "${setting}"; a number from 1 to 65535 was expected.`);
}

async function requirePort() {
  const problem = await probePort(port);
  if (problem === "EACCES")
    stop(`Port ${port} is not open to this user. Take one above 1023: RADLITE_PORT=3000 npm start`);
  if (problem)
    stop(`Port ${port} is busy. Stop what uses it, or take another: RADLITE_PORT=${port + 1} npm start`);
}

function makeKey() {
  const id = randomBytes(6).toString("hex");
  const key = `rl_${id}_${randomBytes(32).toString("base64url")}`;
  return { id, key, sha256: createHash("sha256").update(key).digest("hex") };
}

function openServer() {
  try {
    return startServer({
      port,
      env: { RADLITE_START_KEY: `${startKey.id}:${startKey.sha256}`, RADLITE_DATASETS: datasets },
    });
  } catch (error) {
    return stop(`Radlite did not start: its log cannot be written. ${error.message}`);
  }
}

/** 0: what was under way was finished; 1: it was cut, because it took too long or somebody asked again. */
async function end() {
  if (ending) {
    if (Date.now() - askedMs > ASKED_AGAIN_MS) server.kill();
    return;
  }
  [ending, askedMs] = [true, Date.now()];
  const patience = setTimeout(() => console.log(FINISHING), SAID_AFTER_MS);
  const code = await server.stop();
  clearTimeout(patience);
  process.exit(code === "SIGKILL" ? 1 : 0);
}

/** Runs one of our scripts; its output is shown only when it fails, with what may help. */
async function step(doing, args, hint = "") {
  try {
    await promisify(execFile)(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
  } catch (error) {
    const said = (error.stderr || error.stdout || error.message).trim();
    stop(`Radlite did not start: ${doing} failed.\n${said}\n${hint}`.trimEnd());
  }
}

function pickRadiograph() {
  const file = readdirSync(join(root, RADIOGRAPHS)).find((name) => name.endsWith(".jpeg"));
  return join(RADIOGRAPHS, file);
}

async function classify(file) {
  const response = await fetch(`${server.url}/classify`, {
    method: "POST",
    headers: { "content-type": "image/jpeg", authorization: `Bearer ${startKey.key}` },
    body: readFileSync(join(root, file)),
  });
  const answer = await response.json();
  if (!response.ok)
    throw new Error(`${file} was not classified: ${answer.error?.message ?? response.status}`);
  return answer;
}

function printVerdict(file, answer) {
  const { verdict, review, probability, population, operatingPoint, model, timing, notice } = answer;
  const why = review.length > 0 ? ` (${review.join(", ")})` : "";
  const whom = population === undefined ? "" : `, for radiographs of ${population}`;
  console.log(`${file}: ${verdict}${why}
  probability of pneumonia ${probability.toFixed(3)}, threshold ${operatingPoint.threshold.toFixed(3)} (${operatingPoint.rule})
  by ${model.name} version ${model.version}, ${model.bytes} bytes${whom}, in ${timing.totalMs.toFixed(0)} ms
  ${notice}`);
}

function printUses(file) {
  const isOpen = process.env.RADLITE_AUTH !== "required" && !process.env.RADLITE_TRUST_PROXY;
  const curl = isOpen ? "curl" : 'curl -H "Authorization: Bearer $RADLITE_KEY"';
  const whoMayAsk = isOpen
    ? "Open to this machine alone; others bring an API key or a token: docs/security.md."
    : "Who asks brings a key: export RADLITE_KEY=$(npx radlite keys create --role approver --name NAME)";
  const [name = "NAME"] = datasets.split("=");
  const whatLastNeeds =
    datasets === "" ? "The last needs a data set: npm start -- --data NAME=/folder/of/images. " : "";
  console.log(`
The console: ${server.url}
${whoMayAsk}

  ${curl} --data-binary @${file} -H 'content-type: image/jpeg' ${server.url}/classify
  ${curl} -F file=@${file} ${server.url}/classify
  ${curl} ${JSON_TYPE} -d '{"query":"{ models { edges { node { name production { number sizeBytes } } } } }"}' ${server.url}/graphql
  ${curl} ${JSON_TYPE} -d '{"recipe":"residual-64","dataset":"${name}"}' ${server.url}/training-runs

${whatLastNeeds}Ctrl-C ends everything.
`);
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
