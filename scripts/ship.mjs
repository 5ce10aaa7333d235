// `node scripts/ship.mjs BUNDLE [--name NAME] [--with-parent] [--tag KEY=VALUE]...`: takes a finished bundle into
// registry/shipped, its evaluations made compact; one that lies there already is packed in place.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { importSource } from "./source.mjs";
import { root } from "./steps.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: "string" },
    "with-parent": { type: "boolean" },
    tag: { type: "string", multiple: true, default: [] },
  },
});
const [bundle] = positionals;
if (!bundle) {
  console.error("usage: node scripts/ship.mjs BUNDLE [--name NAME] [--with-parent] [--tag KEY=VALUE]...");
  process.exit(2);
}
const tags = Object.fromEntries(values.tag.map((tag) => tag.split(/=(.*)/s).slice(0, 2)));

const { shipBundle } = await importSource("registry/bundle/ship.ts");
const options = { name: values.name, withParent: values["with-parent"], tags };
console.log(await shipBundle(bundle, join(root, "registry/shipped"), options));
