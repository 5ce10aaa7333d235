/**
 * The WASM engine: the run of a network is planned once, then each run is a list of kernel calls over one memory
 * of fixed size; nothing is allocated but the output. Runs do not overlap, being synchronous.
 */

import { RadliteError } from "@radlite/model/errors";
import type { Network } from "@radlite/model/format";
import { canRun, chooseBuild, type KernelBuild } from "@radlite/model/kernels";
import type { Engine } from "../engine.ts";
import { planRun, type Region } from "./plan.ts";

/**
 * Nanoseconds of one run from which on multiply-add in one instruction is worth a second module, and on Node 20 a
 * flag: a millisecond of a cold process, for 2 to 25% of each run.
 */
const LEAST_RELAXED_NS = 1e6;

/**
 * @param options.build by default the fastest that this runtime can run; for a small network the plain one
 * @throws BAD_INPUT for a network that does not fit together, BAD_ARTIFACT for one that takes too much memory,
 *   UNAVAILABLE where WebAssembly has no SIMD.
 */
export function createWasmEngine(network: Network, options: { build?: KernelBuild } = {}): Engine {
  if (!canRun("simd")) {
    throw new RadliteError(
      "UNAVAILABLE",
      'this runtime has no WebAssembly SIMD: load the engine "reference" or use a newer runtime',
    );
  }
  const { program, input, logits, features, workNs } = planRun(network);
  const build = options.build ?? (workNs < LEAST_RELAXED_NS ? "wasm-simd" : chooseBuild()!);
  const { memory, kernels } = program.load(build);
  const { calls } = program;
  const floats = new Float32Array(memory.buffer);
  const read = ({ start, length }: Region): Float32Array => floats.slice(start, start + length);
  let runs = 0;

  return {
    name: build,
    run(tensor) {
      if (tensor.length !== input.length) {
        const { height, width, channels } = network.input;
        throw new RadliteError(
          "BAD_INPUT",
          `input tensor has ${tensor.length} values, expected ${input.length} for ${height}x${width}x${channels}`,
        );
      }
      floats.set(tensor, input.start);
      for (const call of calls) call(kernels);
      const run = ++runs;
      let copied: Float32Array | undefined;
      return {
        logits: read(logits),
        get features() {
          if (run !== runs && !copied) {
            throw new RadliteError(
              "BAD_INPUT",
              "the features of a run were asked for after the next one: read them before it",
            );
          }
          copied ??= features ? read(features) : new Float32Array(0);
          return copied;
        },
      };
    },
  };
}
