// The stack of a stage as `npm run deploy` and `npm run undeploy` reach it, by serverless alone. Plain Node, no
// packages.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./steps.mjs";

const SERVERLESS = join(root, "node_modules/serverless/bin/serverless.js");
const STAGE = /^[a-z][a-z0-9-]{0,29}$/; // what a stack and a bucket are named after
const MAX_OUTPUT_BYTES = 16 * 2 ** 20;

/** @returns what is wrong with the name of a stage; undefined for one that is fine. */
export function findStageProblem(stage) {
  if (STAGE.test(stage)) return undefined;
  return `The stage is "${stage}": lower-case letters, digits and hyphens were expected, a letter first, 30 at most.`;
}

/** Adds deploy/STAGE.env to the settings, where there is one; what the shell says stays. @returns its path then. */
export function loadSettings(stage) {
  const file = join("deploy", `${stage}.env`);
  if (!existsSync(join(root, file))) return undefined;
  process.loadEnvFile(join(root, file));
  return file;
}

/**
 * The bucket to take up: a stack that was given one would get a new, empty one where the setting is forgotten, and a
 * stack that made its own would leave it behind for another.
 * @param outputs of the stack as it is; undefined for none
 * @returns undefined for one that is made. Throws for another bucket than the stack has.
 */
export function findStore(outputs, asked) {
  const { StoreName: has, AdoptedStoreName: adopted } = outputs ?? {};
  if (!asked) return adopted;
  if (!has || asked === adopted) return asked;
  throw new Error(
    `the stack keeps its registry in ${has}, and RADLITE_EXISTING_STORE names ${asked}. Take the stack down first (npm run undeploy) if it is to have another.`,
  );
}

/** Runs a command of serverless with its output on the terminal. Throws when it fails. */
export async function runServerless(words, stage) {
  const child = spawn(process.execPath, [SERVERLESS, ...words, "--stage", stage], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0) throw new Error(`serverless ${words[0]} failed; what it says stands above.`);
}

/** Why AWS was not asked, or did not answer. @param said by serverless */
export function explainSilence(said) {
  if (/credentials not found|could not load credentials/i.test(said))
    return "no credentials of AWS were found in this shell: set AWS_PROFILE to a profile of yours, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (docs/deploy.md).";
  if (/security token .* (invalid|expired)|ExpiredToken|InvalidClientTokenId/i.test(said))
    return "AWS does not take the credentials of this shell: they are wrong, or have expired. Get new ones (aws sso login, say).";
  return `AWS could not be asked about the stack: ${said.trim()}`;
}

/** The outputs of the stack by name; undefined where there is no such stack. Throws when that cannot be found out. */
export async function readOutputs(stage) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [SERVERLESS, "info", "--verbose", "--stage", stage],
    { cwd: root, env: { ...process.env, NODE_NO_WARNINGS: "1" }, maxBuffer: MAX_OUTPUT_BYTES },
  ).catch((error) => {
    const said = `${error.stdout}\n${error.stderr}`;
    if (/Stack .* does not exist|Stack with id .* does not exist/i.test(said)) return { stdout: undefined };
    throw new Error(explainSilence(said), { cause: error });
  });
  if (stdout === undefined) return undefined;
  const outputs = stdout.split(/^stack outputs:$/im)[1] ?? "";
  return Object.fromEntries(
    [...outputs.matchAll(/^ {2}(\w+): (.+)$/gm)].map(([, name, value]) => [name, value]),
  );
}
