/**
 * Engine: runs a network on one input tensor. The interface is all that the rest of Radlite knows; behind it are
 * our own WASM kernels, onnxruntime-node for large networks where it is installed, and the reference, one plain
 * TypeScript function an operator, which the others are held to.
 */

import { RadliteError } from "@radlite/model/errors";
import { countMacs, type Network } from "@radlite/model/format";
import { canRun } from "@radlite/model/kernels";
import { createWasmEngine } from "./wasm/engine.ts";

export interface Output {
  /** One logit, of `labels[1]`, or one a label. */
  logits: Float32Array;
  /**
   * What the last GlobalAveragePool reads, [height, width, channels]; empty in a network without one. Copied when it is
   * first asked for, which must be before the next run: most callers want the logits alone.
   */
  readonly features: Float32Array;
}

export interface Engine {
  /** Names the implementation wherever a result or a latency is reported. */
  name: string;
  /**
   * Runs the network on a normalised image, [height, width, channels] in one row. The output is the caller's.
   * @throws BAD_INPUT for a tensor of another length.
   */
  run(tensor: Float32Array): Output | Promise<Output>;
}

export const ENGINES = ["wasm", "onnxruntime", "reference"] as const;

export type EngineKind = (typeof ENGINES)[number];

/**
 * Multiply-accumulates of a run from which on onnxruntime-node, twice as fast and slower to start, gives the
 * first answer sooner: about 1 GFLOP.
 */
const LARGE_MACS = 5e8;

/**
 * An engine with the network's weights loaded and all memory of a run allocated.
 * @param options.engine by default WASM where the runtime has SIMD and the reference elsewhere; for a large
 *   network onnxruntime-node, if it is installed
 * @throws BAD_INPUT for a network that does not fit together, BAD_ARTIFACT for one that takes too much memory,
 *   UNAVAILABLE for an engine that does not run here.
 */
export async function loadEngine(
  network: Network,
  { engine }: { engine?: EngineKind } = {},
): Promise<Engine> {
  const kind = engine ?? (await chooseEngine(network));
  switch (kind) {
    case "wasm":
      return createWasmEngine(network);
    case "onnxruntime":
      return (await loadOnnxModule()).createOnnxEngine(network);
    case "reference":
      return (await loadReferenceModule()).createReferenceEngine(network);
    default:
      throw new RadliteError(
        "BAD_INPUT",
        `engine is "${kind satisfies never}", expected one of ${ENGINES.join(", ")}`,
      );
  }
}

async function chooseEngine(network: Network): Promise<EngineKind> {
  const isLarge = countMacs(network).total > LARGE_MACS;
  if (isLarge && (await (await loadOnnxModule()).findOnnxRuntime())) return "onnxruntime";
  return canRun("simd") ? "wasm" : "reference";
}

/** Only when needed: it brings the ONNX export along, which is larger than all the rest. */
const loadOnnxModule = () => import("./onnxruntime/engine.ts");

/** Only where there is no SIMD: browsers have it, and need not fetch what they do not run. */
const loadReferenceModule = () => import("./reference/engine.ts");
