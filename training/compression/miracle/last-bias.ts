/**
 * The bias of the logit, which random coding leaves where chance put it: all other values are coded, this one is set
 * after them to where the loss has its minimum, and kept in float16. Along the bias the loss is convex, so its
 * slope has one zero, which halving an interval finds.
 */
import { type Network, roundToFloat16 } from "@radlite/model/format";
import type { Batch, FitData } from "../../fit/batches.ts";
import { computeGradients, type LossOptions } from "../../fit/gradients.ts";
import { thawNetwork } from "../../freeze/thaw.ts";

/** The number of the tensor; absent: the layer of the logit has none. */
export function findLastBias({ nodes }: Pick<Network, "nodes">): number | undefined {
  return nodes.findLast((node) => "weights" in node)?.bias;
}

// Batches that no step of learning has seen.
const EPOCH = 5_000_000;
const BATCHES = 16;
/** The farthest move, in units of the logit. */
const REACH = 8;
const HALVINGS = 12;

/** `network` with the bias of least loss over some training batches, exact in float16. */
export async function fitLastBias(
  network: Network,
  data: FitData,
  { loss, signal }: { loss: LossOptions; signal?: AbortSignal },
): Promise<Network> {
  const bias = findLastBias(network);
  if (bias === undefined) return network;
  const { graph, values } = thawNetwork(network);
  const batches: Batch[] = [];
  for (let step = 0; step < Math.min(BATCHES, data.steps); step++)
    batches.push(await data.batch(EPOCH, step));
  const start = values[bias]![0]!;
  const slopeAt = (moved: number) => {
    signal?.throwIfAborted();
    values[bias] = Float32Array.of(start + moved);
    return batches.reduce(
      (sum, batch) => sum + computeGradients(graph, values, batch, loss).gradients[bias]![0]!,
      0,
    );
  };
  let [low, high] = [-REACH, REACH];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (slopeAt(middle) > 0) high = middle;
    else low = middle;
  }
  const fitted = roundToFloat16(Float32Array.of(start + (low + high) / 2));
  const tensors = [...network.tensors];
  tensors[bias] = { shape: tensors[bias]!.shape, values: fitted, coding: { kind: "f16" } };
  return { ...network, tensors };
}
