// `npm run fuzz`: see command.ts. Inputs that fail are kept in .cache/fuzz; all else goes when the command ends.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/steps.mjs";
import { bundle } from "./bundle.mjs";

const folder = join(root, ".cache", "fuzz", `run-${process.pid}`);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

await bundle(["command", "worker", "readers"], folder);
const { fuzz } = await import(join(folder, "command.mjs"));
process.exit(await fuzz(process.argv.slice(2), root, folder));
