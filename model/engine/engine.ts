/**
 * Engine: runs a network on one input tensor. The interface is all that the rest of Radlite knows; behind it
 * is the reference engine, one plain TypeScript function an operator.
 */
import type { Network } from "@radlite/model/format";
import { createReferenceEngine } from "./reference/engine.ts";

export interface Output {
  /** One logit, of `labels[1]`, or one a label. */
  logits: Float32Array;
  /** What the last GlobalAveragePool reads, [height, width, channels]; empty in a network without one. */
  features: Float32Array;
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

/**
 * An engine with the network's weights loaded and all memory of a run allocated.
 * @throws BAD_INPUT for a network that does not fit together, BAD_ARTIFACT for one that takes more than 256 MiB to run.
 */
export async function loadEngine(network: Network): Promise<Engine> {
  return createReferenceEngine(network);
}
