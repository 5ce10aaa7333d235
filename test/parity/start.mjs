// `npm run test:parity [-- NETWORK …]`: see command.ts. With --update, what Keras says becomes the committed fixture.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundleOwnPackages } from "../../scripts/build.mjs";
import { KERAS_PYTHON, provideKeras } from "../../scripts/keras.mjs";
import { root } from "../../scripts/steps.mjs";
import { provideTensorflow } from "../../scripts/tensorflow.mjs";

const folder = join(root, ".cache", "parity");
const program = join(folder, `command-${process.pid}.mjs`);
process.on("exit", () => rmSync(program, { force: true }));

await provideTensorflow();
await provideKeras();
await build({
  entryPoints: [join(import.meta.dirname, "command.ts")],
  outfile: program,
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  logLevel: "error",
  plugins: [bundleOwnPackages],
});
const { compareNetworks } = await import(program);
process.exit(await compareNetworks(process.argv.slice(2), { python: KERAS_PYTHON, root, folder }));
