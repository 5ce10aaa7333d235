// Loads a TypeScript source of ours in a script: bundled to a file inside the repository, where its packages are found.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOwnPackages } from "./build.mjs";
import { root } from "./steps.mjs";

/** The exports of a source, by its path from the root. */
export async function importSource(path) {
  const name = path.replaceAll("/", "-").replace(/\.ts$/, ""); // many sources are called index.ts
  const outfile = join(root, ".cache", `${name}-${process.pid}.mjs`);
  await mkdir(join(root, ".cache"), { recursive: true });
  try {
    await build({
      entryPoints: [join(root, path)],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "warning",
      packages: "external",
      plugins: [bundleOwnPackages],
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile, { force: true });
  }
}
