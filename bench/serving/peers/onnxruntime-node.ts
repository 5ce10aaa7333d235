/** onnxruntime's native library. */
import * as runtime from "onnxruntime-node";
import { loadOnnx } from "./onnx.ts";
import type { Load } from "./peer.ts";

export const load: Load = (folder) => loadOnnx(runtime, folder);
