// `node scripts/evidence.mjs FOLDER BUNDLE...`: takes finished bundles into a folder of evidence/: facts,
// recipe and evaluations, these made compact over shared lists of radiographs, and no model files.
import { dirname, resolve } from "node:path";
import { importSource } from "./source.mjs";

const [folder, ...bundles] = process.argv.slice(2);
const isInPlace = bundles.some((bundle) => resolve(dirname(bundle)) === resolve(folder)); // would lose its model
if (bundles.length === 0 || isInPlace) {
  console.error("usage: node scripts/evidence.mjs FOLDER BUNDLE..., FOLDER being another than theirs");
  process.exit(2);
}

const { shipBundle } = await importSource("registry/bundle/ship.ts");
for (const bundle of bundles) {
  console.log(await shipBundle(bundle, folder, { withParent: false, withoutArtifact: true }));
}
