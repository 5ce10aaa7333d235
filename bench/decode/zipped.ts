/** What a decode path takes in the zip of a function: its files, each deflated, as `serverless package` does. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { number, printTable, printTitle } from "../serving/report.ts";

/** Below node_modules, as serverless.yml packs them. */
const SHARP = ["@img/sharp-linux-x64", "@img/sharp-libvips-linux-x64"];

export function reportZipped(programs: string): void {
  printTitle("In the zip of a function, with grey, resize and normalisation: kB");
  const paths = {
    sharp: [join(programs, "sharp.mjs"), ...SHARP.flatMap((folder) => listFiles(`node_modules/${folder}`))],
    wasm: ["wasm.mjs", "mozjpeg_dec.wasm"].map((name) => join(programs, name)),
  };
  printTable([
    ["", "kB"],
    ...Object.entries(paths).map(([name, files]) => [
      name,
      number(files.reduce((sum, file) => sum + deflateRawSync(readFileSync(file)).length, 0) / 1000, 0),
    ]),
  ]);
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
