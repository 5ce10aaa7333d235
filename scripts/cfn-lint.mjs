// Holds a template of CloudFormation to what AWS takes, by cfn-lint in .cache/venv-cfn-lint. As a command:
// `node scripts/cfn-lint.mjs TEMPLATE`; without one it only makes cfn-lint ready. Plain Node, no packages.
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { provideEnvironment } from "./venv.mjs";

const FOLDER = join(resolve(import.meta.dirname, ".."), ".cache", "venv-cfn-lint");

/** A dependency that is said twice, which is how serverless writes what it makes. */
const SAID_TWICE = "W3005";
const MADE_BY_SERVERLESS = /(LambdaFunction|^HttpApiStage|^HttpApiRoute\w+)$/;

/** Makes `.cache/venv-cfn-lint/bin/cfn-lint` work. Throws with what to install where there is no Python that it fits. */
export async function provideCfnLint({ log = (line) => console.error(line) } = {}) {
  await provideEnvironment(FOLDER, {
    ...{
      requirements: "requirements-cfn-lint.txt",
      pythons: ["python3"],
      versions: "(3, 10) <= version",
      log,
    },
    missing:
      "Checking the template needs Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt-get install python3 python3-venv)",
    installing: "cfn-lint: installing it into .cache/venv-cfn-lint (half a minute) …",
    ready: "cfn-lint is ready: .cache/venv-cfn-lint/bin/cfn-lint",
  });
}

/** @returns what is wrong with it, a line each; warnings count. */
export async function lintTemplate(file) {
  await provideCfnLint();
  const { stdout } = await promisify(execFile)(
    join(FOLDER, "bin", "cfn-lint"),
    ["--format", "json", "--template", file],
    { maxBuffer: 16 * 2 ** 20 },
  ).catch((error) => {
    if (error.stdout?.startsWith("[")) return error; // it exits with what kinds it found
    throw new Error(`cfn-lint did not run: ${error.stderr || error.message}`, { cause: error });
  });
  return JSON.parse(stdout || "[]").flatMap(
    ({ Rule: { Id: id }, Message: message, Location: { Path: path } }) => {
      const [section, resource = ""] = path ?? [];
      if (id === SAID_TWICE && section === "Resources" && MADE_BY_SERVERLESS.test(resource)) return [];
      return [`${id} ${(path ?? []).join("/")}: ${message}`];
    },
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [file] = process.argv.slice(2);
  const complaints = file === undefined ? await provideCfnLint().then(() => []) : await lintTemplate(file);
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}
