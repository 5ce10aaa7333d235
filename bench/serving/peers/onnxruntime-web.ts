/** onnxruntime built to WASM with SIMD, on one thread. */
import * as runtime from "onnxruntime-web";
import { loadOnnx } from "./onnx.ts";
import type { Load } from "./peer.ts";

export const load: Load = (folder) => {
  runtime.env.wasm.numThreads = 1;
  return loadOnnx(runtime, folder);
};
