/**
 * A network without some of its channels: every tensor loses the filters that make them and the inputs that read
 * them. Nodes and their numbers stay. It answers as the network does in which those filters and biases are zero.
 */
import type { Network, WeightTensor } from "@radlite/model/format";
import type { ChannelClass, ChannelMap } from "./channels.ts";

/** `classOf` as mapChannels gives it for this network; tensors that lose values come out as float32. */
export function removeChannels(
  network: Network,
  classOf: ChannelMap["classOf"],
  removed: ReadonlySet<ChannelClass>,
): Network {
  const kept = classOf.map((classes) =>
    [...classes.keys()].filter((channel) => {
      const one = classes[channel];
      return one === undefined || !removed.has(one);
    }),
  );
  const tensors = [...network.tensors];
  network.nodes.forEach((node, at) => {
    if (!("weights" in node)) return;
    const [inputs, outputs] = [kept[node.inputs[0]]!, kept[at + 1]!];
    const weights = network.tensors[node.weights]!;
    tensors[node.weights] =
      node.op === "Gemm"
        ? take(
            take(weights, 1, outputs),
            0,
            spreadOverPixels(inputs, classOf[node.inputs[0]]!.length, weights),
          )
        : node.op === "DepthwiseConv"
          ? take(weights, 2, outputs)
          : take(
              take(weights, 3, outputs),
              2,
              node.op === "Conv" && node.groups > 1 ? [...Array(weights.shape[2]).keys()] : inputs,
            );
    if (node.bias !== undefined) tensors[node.bias] = take(network.tensors[node.bias]!, 0, outputs);
  });
  return { ...network, tensors };
}

/** Rows of a Gemm: its input is flattened pixel by pixel, each with all channels. */
function spreadOverPixels(channels: readonly number[], count: number, { shape }: WeightTensor): number[] {
  const pixels = shape[0]! / count;
  return Array.from({ length: pixels }, (_, pixel) =>
    channels.map((channel) => pixel * count + channel),
  ).flat();
}

/** The slices `places` of an axis; the tensor itself where that is all of them. */
function take(tensor: WeightTensor, axis: number, places: readonly number[]): WeightTensor {
  const { shape, values } = tensor;
  const side = shape[axis]!;
  if (places.length === side) return tensor;
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const outer = values.length / (side * inner);
  const taken = new Float32Array(outer * places.length * inner);
  let next = 0;
  for (let block = 0; block < outer; block++) {
    for (const place of places) {
      const start = (block * side + place) * inner;
      taken.set(values.subarray(start, start + inner), next);
      next += inner;
    }
  }
  return { shape: shape.with(axis, places.length), values: taken, coding: { kind: "f32" } };
}
