// Provides the repository's own Python environment, .cache/venv, with the S3 test server at the versions of
// requirements.txt; does nothing when they are there already. The system's Python is only asked to make it.
// Plain Node, no packages.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

const ROOT = resolve(import.meta.dirname, "..");
const REQUIREMENTS = join(ROOT, "scripts", "requirements.txt");
export const VENV = join(ROOT, ".cache", "venv");
const STAMP = join(VENV, "requirements.sha256");

/** Makes `.cache/venv/bin/moto_server` work. Throws with what to install when Python is missing or too old. */
export async function provideVenv({ log = (line) => console.error(line) } = {}) {
  const wanted = createHash("sha256")
    .update(await readFile(REQUIREMENTS))
    .digest("hex");
  const installed = await readFile(STAMP, "utf8").catch(() => "");
  if (installed === wanted) return;
  if (!existsSync(join(VENV, "bin", "pip"))) await makeVenv();
  log("S3 test server: installing moto into .cache/venv (half a minute) …");
  await run(join(VENV, "bin", "python"), [
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS],
  ]);
  await writeFile(STAMP, wanted);
  log("S3 test server is ready: .cache/venv/bin/moto_server");
}

async function makeVenv() {
  const check = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))";
  await run("python3", ["-c", check]).catch((cause) => {
    throw new Error(
      `The S3 tests need Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt-get install python3 python3-venv); python3 says: ${cause.message}`,
      { cause },
    );
  });
  await run("python3", ["-m", "venv", VENV]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await provideVenv();
