/**
 * What the console weighs: all that its build makes, whatever is fetched when. Left out are charts, and WebAssembly: its
 * files, and the scripts that Emscripten wrote to start those of the image codecs.
 */
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { bundleConsole } from "../../scripts/page.mjs";

const PAGES = ["classify", "models"]; // every script comes with one of them
const CHARTS = "console/charts/engine.ts";
const EMSCRIPTEN = /codec-charls|codec-openjpeg|mozjpeg_dec/;

export async function weighConsole(): Promise<{ bytes: number; charts: number; wasm: number }> {
  const { files, metafile } = await bundleConsole(esbuild, PAGES, "nowhere");
  const sums = { bytes: 0, charts: 0, wasm: 0 };
  for (const [output, { inputs }] of Object.entries((metafile as esbuild.Metafile).outputs)) {
    if (!/\.(js|css|wasm)$/.test(output)) continue;
    const { contents } = files.find(({ path }) => basename(path) === basename(output))!;
    const isWasm = output.endsWith(".wasm") || Object.keys(inputs).some((input) => EMSCRIPTEN.test(input));
    const kind = isWasm ? "wasm" : CHARTS in inputs ? "charts" : "bytes";
    sums[kind] += gzipSync(contents).length;
  }
  return sums;
}
