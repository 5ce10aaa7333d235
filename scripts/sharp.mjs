// Provides sharp's native decoder of another processor beside this machine's in node_modules/@img, so that a function
// can be packed for it: `node scripts/sharp.mjs arm64`. npm would take this machine's away for it. The packages are
// those of package-lock.json, held to its digests. Linux (glibc). Plain Node, no packages.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "./steps.mjs";

const run = promisify(execFile);
const IMG = join(root, "node_modules", "@img");

/** Makes the patterns of serverless.yml match on any machine. Does nothing when the packages are there. */
export async function provideSharp(cpu, { log = (line) => console.error(line) } = {}) {
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  for (const name of [`sharp-linux-${cpu}`, `sharp-libvips-linux-${cpu}`]) {
    const locked = packages[`node_modules/@img/${name}`];
    if (!locked) throw new Error(`package-lock.json has no @img/${name}: expected x64 or arm64, not ${cpu}.`);
    if (await isThere(name, locked.version)) continue;
    log(`@img/${name}@${locked.version}: fetching it from npm …`);
    await install(name, locked);
  }
}

async function isThere(name, version) {
  const file = join(IMG, name, "package.json");
  return existsSync(file) && JSON.parse(await readFile(file, "utf8")).version === version;
}

async function install(name, { version, integrity }) {
  await mkdir(join(root, ".cache"), { recursive: true });
  const work = await mkdtemp(join(root, ".cache", "sharp-"));
  try {
    const pack = ["pack", `@img/${name}@${version}`, "--pack-destination", work, "--json"];
    const { stdout } = await run("npm", [...pack, "--loglevel=error"], { cwd: root });
    const [packed] = JSON.parse(stdout);
    if (packed.integrity !== integrity)
      throw new Error(`@img/${name}@${version} has the digest ${packed.integrity}, expected ${integrity}.`);
    await run("tar", ["-xzf", join(work, packed.filename.replace(/^@/, "").replace("/", "-")), "-C", work]);
    await rm(join(IMG, name), { recursive: true, force: true });
    await rename(join(work, "package"), join(IMG, name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await provideSharp(process.argv[2] ?? "");
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
