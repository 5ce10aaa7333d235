/**
 * What `serverless package` makes of this checkout, made once and shared by all tests of what is deployed: it takes
 * half a minute. It lies in .cache/packaged under the digest of what goes in, so that the next run finds it too; a
 * changed function is packed anew. It is made without credentials and without the settings of the shell.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import yauzl from "yauzl";
import { build, isBuilt } from "../../scripts/build.mjs";
import { oneAtATime } from "../../scripts/one-at-a-time.mjs";

export const ROOT = join(import.meta.dirname, "../..");
const SERVERLESS = join(ROOT, "node_modules/serverless/bin/serverless.js");
const CACHE = join(ROOT, ".cache/packaged");
const KEPT_MS = 3600e3; // another run may be using one
/** What goes into a package, less packages of npm, which the lock file stands for. */
const SOURCES = [
  ...["serverless.yml", "deploy", "serverless-offline-binary.mjs", "package-lock.json"],
  ...["dist/functions", "dist/model", "dist/console", "training/recipes/shipped"],
];

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: as CloudFormation takes them
  Properties: Record<string, any>;
  Condition?: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
}

export interface Template {
  Parameters: Record<string, { Type: string; Default?: string }>;
  Conditions: Record<string, unknown>;
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}

export interface Packaged {
  /** With the zips and both templates, as `serverless deploy --package` takes it. Not to be written to. */
  folder: string;
  /** Of the whole stack. */
  template: Template;
  templateFile: string;
  /** Paths of the zips by the function's name in serverless.yml. */
  zips: Record<string, string>;
}

export interface PackageOptions {
  /** RADLITE_* at the time of packaging. */
  settings?: Record<string, string>;
}

/** Packages, or finds what was packaged before. Several callers at once package one time. */
export async function providePackage({ settings = {} }: PackageOptions = {}): Promise<Packaged> {
  if (!isBuilt()) await build();
  const folder = join(CACHE, await digestSources(settings));
  if (!existsSync(folder)) {
    await oneAtATime("packaging", async () => {
      if (!existsSync(folder)) await packageInto(folder, settings);
    });
  }
  const templateFile = join(folder, "cloudformation-template-update-stack.json");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".zip")).sort();
  return {
    folder,
    templateFile,
    template: JSON.parse(await readFile(templateFile, "utf8")),
    zips: Object.fromEntries(names.map((name) => [name.slice(0, -".zip".length), join(folder, name)])),
  };
}

async function packageInto(folder: string, settings: Record<string, string>): Promise<void> {
  await removeOld();
  const draft = `${folder}.${process.pid}`;
  await mkdir(CACHE, { recursive: true });
  await promisify(execFile)(process.execPath, [SERVERLESS, "package", "--package", draft], {
    cwd: ROOT,
    env: { ...withoutSettings(process.env), ...settings },
  });
  await rename(draft, folder);
}

/** The environment without credentials, and without what serverless.yml reads of it. */
export function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS|RADLITE)_/.test(name)));
}

async function digestSources(settings: Record<string, string>): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const source of SOURCES) {
    const path = join(ROOT, source);
    if (!existsSync(path)) continue;
    const isFolder = (await stat(path)).isDirectory();
    const files = isFolder ? (await readdir(path, { recursive: true })).sort() : [""];
    for (const file of files) {
      const at = join(path, file);
      // maps are not packed
      if ((await stat(at)).isFile() && !file.endsWith(".map")) hash.update(at).update(await readFile(at));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

async function removeOld(): Promise<void> {
  if (!existsSync(CACHE)) return;
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    if (Date.now() - (await stat(path)).mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Writes the files of a zip below `target`. @returns their names. */
export function unpack(zip: string, target: string): Promise<string[]> {
  const files: string[] = [];
  return new Promise((resolve, reject) => {
    yauzl.open(zip, { lazyEntries: true }, (problem, archive) => {
      if (problem) return reject(problem);
      archive.on("end", () => resolve(files)).on("error", reject);
      archive.on("entry", (entry: yauzl.Entry) => {
        archive.openReadStream(entry, async (unreadable, stream) => {
          if (unreadable) return reject(unreadable);
          const path = join(target, entry.fileName);
          await mkdir(dirname(path), { recursive: true });
          if (!path.endsWith("/")) {
            await writeFile(path, await buffer(stream));
            files.push(entry.fileName);
          }
          archive.readEntry();
        });
      });
      archive.readEntry();
    });
  });
}
