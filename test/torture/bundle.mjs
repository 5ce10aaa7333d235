// Bundles the programs of a campaign into a folder, which must lie in the repository, since imports of packages stay
// imports. A source that asks for its own folder is answered with where it lies, not where its bundle does.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOwnPackages } from "../../scripts/build.mjs";
import { root } from "../../scripts/steps.mjs";

/** @param entries names without their ending, of files beside this one. */
export async function bundle(entries, folder) {
  await build({
    entryPoints: entries.map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "error",
    plugins: [bundleOwnPackages, keepFolders],
  });
}

/** For whoever bundles a source that starts the S3 test server. */
export const keepFolders = {
  name: "keep-folders",
  setup({ onLoad }) {
    onLoad({ filter: /\/test\/registry\/s3-server\.ts$|\/scripts\/[a-z-]+\.mjs$/ }, async ({ path }) => {
      const contents = (await readFile(path, "utf8"))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
    });
  },
};
