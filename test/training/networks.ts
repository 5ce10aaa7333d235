/** Small graphs with values that are all different, for tests of fitting, freezing and compression. */

import {
  buildResidual,
  type Graph,
  initialiseTensors,
  type ResidualOptions,
} from "@radlite/training/architectures";
import type { Batch, FitData } from "@radlite/training/fit";
import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export function drawUniform(length: number, seed: number, low = -1, high = 1): Float32Array {
  const generator = xoroshiro128plus(seed);
  return Float32Array.from({ length }, () => low + (high - low) * uniformFloat32(generator));
}

export function buildSmallGraph(side: number, options?: Partial<ResidualOptions>): Graph {
  return buildResidual(
    { height: side, width: side, channels: 1, normalise: { kind: "per-image" } },
    ["NORMAL", "PNEUMONIA"],
    { stem: { width: 3, stride: 1 }, body: [{ width: 4, blocks: 2, stride: 2 }], ...options },
  );
}

/** As initialised, but with BatchNorms that shift and scale. */
export function drawValues(graph: Graph, seed: number): Float32Array[] {
  return initialiseTensors(graph, seed).map((values, at) => {
    const { role } = graph.tensors[at]!;
    if (role === "gamma" || role === "variance") return drawUniform(values.length, seed + at, 0.5, 1.5);
    if (role === "beta" || role === "mean" || role === "bias")
      return drawUniform(values.length, seed + at, -0.3, 0.3);
    return values;
  });
}

/** Noise, with a brighter middle where the label is 1: learnt in some tens of steps. */
export function drawBatch(side: number, count: number, seed: number): Batch {
  const inputs = drawUniform(count * side * side, seed);
  const labels = Uint8Array.from({ length: count }, (_, at) => at % 2);
  labels.forEach((label, at) => {
    for (let y = side / 4; y < (3 * side) / 4; y++) {
      for (let x = side / 4; x < (3 * side) / 4; x++) inputs[(at * side + y) * side + x]! += 0.8 * label;
    }
  });
  return { inputs, labels };
}

/** Batch (epoch, step) from its own seed. */
export function drawFitData(side: number, { steps, batch }: { steps: number; batch: number }): FitData {
  return {
    steps,
    counts: [batch / 2, batch / 2],
    batch: async (epoch, step) => drawBatch(side, batch, 1 + (epoch % 1000) * steps + step),
    validation: drawBatch(side, 40, 999_999),
  };
}
