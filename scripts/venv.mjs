// Provides Python environments of the repository's own in .cache, with packages at the versions of a file of
// requirements; does nothing when they are there already. The system's Python is only asked to make them. As a
// command: .cache/venv, with the S3 test server and readers of model cards. Plain Node, no packages.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { oneAtATime } from "./one-at-a-time.mjs";

const run = promisify(execFile);

const ROOT = resolve(import.meta.dirname, "..");
export const VENV = join(ROOT, ".cache", "venv");
export const VENV_PYTHON = join(VENV, "bin", "python");

/** Makes `.cache/venv/bin/moto_server` work, and its Python import huggingface_hub. Throws with what to install when Python is missing or too old. */
export async function provideVenv({ log = (line) => console.error(line) } = {}) {
  await provideEnvironment(VENV, {
    requirements: "requirements.txt",
    pythons: ["python3"],
    versions: "(3, 10) <= version",
    missing:
      "The tests of S3 and of model cards need Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt-get install python3 python3-venv)",
    installing: "S3 test server, huggingface_hub: installing them into .cache/venv (half a minute) …",
    log,
    ready: "S3 test server and huggingface_hub are ready: .cache/venv",
  });
}

/**
 * Made by the first of `pythons` whose `version`, a tuple, fits `versions`; `requirements` lies in this folder. Its
 * programs name its path, so it cannot be made aside and renamed: of several callers all but one wait.
 */
export async function provideEnvironment(folder, options) {
  const path = join(import.meta.dirname, options.requirements);
  const wanted = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  const stamp = join(folder, "requirements.sha256");
  const isInstalled = async () => (await readFile(stamp, "utf8").catch(() => "")) === wanted;
  if (await isInstalled()) return;
  await oneAtATime(`Python environment ${basename(folder)}`, async () => {
    if (await isInstalled()) return;
    await install(folder, path, options);
    await writeFile(stamp, wanted);
    options.log(options.ready);
  });
}

async function install(folder, requirements, { pythons, versions, missing, installing, log }) {
  if (!existsSync(join(folder, "bin", "pip"))) {
    await run(await findPython(pythons, versions, missing), ["-m", "venv", folder]);
  }
  log(installing);
  await run(join(folder, "bin", "python"), [
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements],
  ]);
}

async function findPython(pythons, versions, missing) {
  const check = `import sys, ensurepip, venv; version = sys.version_info[:2]; sys.exit(not ${versions})`;
  let cause;
  for (const python of pythons) {
    try {
      await run(python, ["-c", check]);
      return python;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`${missing}; ${pythons.join(" and ")} say: ${cause.message}`, { cause });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await provideVenv();
