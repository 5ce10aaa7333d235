// Writes schema.graphql from registry/graphql, and from that the types of registry/client: `node scripts/schema.mjs`.
// Tests fail while the committed files say something else.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOwnPackages } from "./build.mjs";
import { CLIENT_TYPES, describeClientTypes } from "./client-types.mjs";
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
  const schema = describeSchema(buildSchema());
  await writeFile(join(root, "schema.graphql"), schema);
  await writeFile(join(root, CLIENT_TYPES), describeClientTypes(schema));
} finally {
  await rm(outfile, { force: true });
}
