/**
 * The batch worker as a file that Node can start. Bundled, it lies beside the other entries in dist/training;
 * from source it is bundled on first use into .cache, under the digest of its text.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { digestOf } from "@radlite/registry/bundle";
import { findRepositoryRoot } from "../recipes/location.ts";

const BUILT = "dist/training/batch-worker.mjs";

export async function findBatchWorker(): Promise<URL> {
  const root = findRepositoryRoot();
  const here = fileURLToPath(import.meta.url);
  if (!here.endsWith(".ts")) return pathToFileURL(join(root, BUILT));

  const { build } = await import("esbuild");
  const bundle = await build({
    entryPoints: [join(dirname(here), "batch-worker.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["sharp"],
    write: false,
  });
  const { contents } = bundle.outputFiles[0]!;
  const folder = join(root, ".cache", "workers");
  const path = join(folder, `batch-worker-${digestOf(contents)}.mjs`);
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `${randomUUID()}.tmp`);
    await writeFile(temporary, contents);
    await rename(temporary, path);
  }
  return pathToFileURL(path);
}
