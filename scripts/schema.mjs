// Writes schema.graphql from registry/graphql: `node scripts/schema.mjs`. A test fails while the committed file
// says something else.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOwnPackages } from "./build.mjs";
import { root } from "./steps.mjs";

const outfile = join(root, ".cache", `schema-${process.pid}.mjs`); // inside the repository, to find its packages

await mkdir(join(root, ".cache"), { recursive: true });
try {
  await build({
    entryPoints: [join(root, "registry/graphql/schema.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    keepNames: true,
    logLevel: "warning",
    packages: "external",
    plugins: [bundleOwnPackages],
  });
  const { buildSchema, describeSchema } = await import(pathToFileURL(outfile).href);
  await writeFile(join(root, "schema.graphql"), describeSchema(buildSchema()));
} finally {
  await rm(outfile, { force: true });
}
