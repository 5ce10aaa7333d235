/** tfjs-core with its WASM backend: SIMD on, threads off. */

import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import type { Load } from "./peer.ts";
import { loadTfjs } from "./tfjs.ts";

const BINARIES = "node_modules/@tensorflow/tfjs-backend-wasm/dist/";

export const load: Load = async (folder) => {
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setThreadsCount(1);
  setWasmPaths(BINARIES);
  await tf.setBackend("wasm");
  return loadTfjs(tf, folder);
};
