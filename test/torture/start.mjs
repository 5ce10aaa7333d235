// `npm run torture`: see command.ts. What it leaves goes when it ends, unless something was counted.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/steps.mjs";
import { bundle } from "./bundle.mjs";

const folder = join(root, ".cache", "torture", `run-${process.pid}`);
const programs = join(folder, "programs");
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

await bundle(["command", "writer", "refused-process"], programs);
const { torture } = await import(join(programs, "command.mjs"));
const code = await torture(process.argv.slice(2), { folder, programs });
if (code !== 1) rmSync(folder, { recursive: true, force: true });
process.exit(code);
