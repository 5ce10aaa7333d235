// What both README commands need before anything else can run: a supported Node and the installed packages.
// Plain Node, no packages: on a fresh clone nothing is installed yet.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { oneAtATime } from "./one-at-a-time.mjs";
import { root, runCommand } from "./steps.mjs";

const LOCK = join(root, "package-lock.json");
const INSTALLED = join(root, "node_modules", ".package-lock.json"); // npm writes it last

/** Stops with a plain message on a Node that `engines` in package.json does not cover. */
export function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (coversNode(engines.node, process.versions.node)) return;
  console.error(
    `Radlite needs Node ${engines.node}; this is ${process.versions.node}. Install Node 24 or 22 and run the command again.`,
  );
  process.exit(1);
}

/** Whether a version is one of `^20.19 || ^24`: a major with the least minor, which is all that `engines` says here. */
export function coversNode(engines, version) {
  const [major, minor] = version.split(".").map(Number);
  return engines.split("||").some((range) => {
    const [leastMajor, leastMinor = 0] = range.trim().replace("^", "").split(".").map(Number);
    return major === leastMajor && minor >= leastMinor;
  });
}

/** Runs `npm ci` when node_modules is absent or older than the lock file. */
export async function installDependencies() {
  if (isInstalled()) return;
  const code = await oneAtATime("npm ci", async () => {
    if (isInstalled()) return 0; // by the process that was waited for
    console.log("Installing packages (npm ci) …");
    return runCommand("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  });
  if (code === 0) return;
  console.error("npm ci failed. Its message above says why; is the package registry reachable?");
  process.exit(code);
}

function isInstalled() {
  return existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs;
}
