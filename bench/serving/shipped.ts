/** Bytes shipped: what has to be there, besides Node, to get a prediction from a tensor. */
import { readdirSync, statSync } from "node:fs";
import { number, printTable, printTitle } from "./report.ts";

const MODULES = "node_modules";
const NATIVE = `${MODULES}/onnxruntime-node/bin/napi-v6/linux/x64`;
const TFJS_NODE = `${MODULES}/@tensorflow/tfjs-node`;

export function reportShipped(programs: string, model: string): void {
  printTitle("Bytes shipped for linux-x64, minified, without an image decoder");
  const parts: Record<string, string[]> = {
    radlite: [`${programs}/peer-radlite.mjs`, model],
    "onnxruntime-node": [
      `${programs}/peer-onnxruntime-node.mjs`,
      `${NATIVE}/libonnxruntime.so.1`,
      `${NATIVE}/onnxruntime_binding.node`,
    ],
    "onnxruntime-web": [
      `${MODULES}/onnxruntime-web/dist/ort.node.min.mjs`,
      `${MODULES}/onnxruntime-web/dist/ort-wasm-simd-threaded.mjs`,
      `${MODULES}/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm`,
    ],
    "tfjs-wasm": [
      `${programs}/peer-tfjs-wasm.mjs`,
      `${MODULES}/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm`,
    ],
    "tfjs-node": [`${TFJS_NODE}/dist`, `${TFJS_NODE}/lib`, `${TFJS_NODE}/deps/lib`],
  };
  printTable([
    ["", "kB"],
    ...Object.entries(parts).map(([name, paths]) => [
      name,
      number(paths.reduce((sum, path) => sum + sizeOf(path), 0) / 1000, 0),
    ]),
  ]);
}

/** The size of a file, or of all in a folder; links to the same library count once. */
function sizeOf(path: string): number {
  const found = new Map<number, number>(); // size by inode
  const visit = (at: string): void => {
    const entry = statSync(at);
    if (entry.isDirectory()) for (const name of readdirSync(at)) visit(`${at}/${name}`);
    else found.set(entry.ino, entry.size);
  };
  visit(path);
  return [...found.values()].reduce((sum, size) => sum + size, 0);
}
