// Bundles the programs of a fuzzing into a folder of their own, which must lie in the repository, since imports of
// packages stay imports. The readers are a bundle by themselves: coverage counts them apart from the generators.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { parseSync, Visitor } from "oxc-parser";
import { bundleOwnPackages } from "../../scripts/build.mjs";
import { root } from "../../scripts/steps.mjs";

/** Beside it stands worker.mjs, which writes what the readers read. */
const READERS = "readers";

/** @param entries names without their ending, of files beside this one. */
export async function bundle(entries, folder) {
  const bundleOne = (name) =>
    build({
      entryPoints: [join(import.meta.dirname, `${name}.ts`)],
      outfile: join(folder, `${name}.mjs`),
      absWorkingDir: root,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      sourcemap: true,
      packages: "external",
      logLevel: "error",
      plugins: name === READERS ? [bundleOwnPackages, readDicomHere, dropEncoders] : [bundleOwnPackages],
    });
  await Promise.all(entries.map(bundleOne));
}

/** See dicom-here.ts. */
const readDicomHere = {
  name: "read-dicom-here",
  setup({ onResolve }) {
    onResolve({ filter: /\/node\/dicom\.ts$/ }, () => ({ path: join(import.meta.dirname, "dicom-here.ts") }));
  },
};

/**
 * Codecs are objects, so the build cannot see that reading never calls their `encode`: it is blanked out, every
 * line and column in its place, and what only it needs falls away with it.
 */
const dropEncoders = {
  name: "drop-encoders",
  setup({ onLoad }) {
    onLoad({ filter: /model\/format\/codecs\/.*\.ts$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      const { program } = parseSync(path, contents);
      const blank = ({ start, end }) => {
        const gone = contents.slice(start, end).replace(/[^\n]/g, " ");
        contents = contents.slice(0, start) + gone + contents.slice(end);
      };
      new Visitor({
        ObjectExpression({ properties }) {
          for (const property of properties) {
            if (property.key?.name !== "encode") continue;
            blank({ start: property.start, end: contents.indexOf(",", property.end) + 1 });
          }
        },
      }).visit(program);
      return { contents, loader: "ts" };
    });
  },
};
