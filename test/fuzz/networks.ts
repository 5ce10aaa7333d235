/**
 * Networks that hold together, of nodes that nobody would train, on inputs of one pixel, of one row and of odd
 * sides. Small ones run in a millisecond; large ones are for planning only: their weights are few, what they
 * compute is up to the limits.
 */
import type { InputRecipe, Network, NetworkNode, ValueShape } from "@radlite/model/format";
import { isWeighted, weightShape } from "../../model/format/shapes.ts";
import type { Numbers } from "../model/networks.ts";
import { seedNetwork } from "../model/seeded-networks.ts";
import { isWithin, type Size, shapeOf, sizeOf, strangeNode, strangeTensor } from "./strange-nodes.ts";

const SMALL: Size = {
  sides: [1, 1, 2, 3, 5, 8, 16, 17, 31, 32, 64, 97, 200],
  nodes: 24,
  channels: 400,
  numbers: 20_000,
  macs: 200_000,
};
/** Most networks of this size are within what a file may ask for. */
export const LARGE: Size = {
  sides: [1, 64, 512, 1000, 2047, 4096],
  nodes: 6,
  channels: 400,
  numbers: 2 ** 25,
  macs: 2 ** 33,
};
/** Numbers in one tensor. */
const MOST_WEIGHTS = 4000;

export function strangeNetwork(numbers: Numbers, size = SMALL): Network {
  const network = strangeGraph(numbers, size);
  const isBinary = network.nodes.some(({ op }) => op === "BinaryConv"); // its weights have a coding of their own
  if (isBinary || numbers.whole(0, 5)) return network;
  return seedNetwork(network, {
    seed: numbers.whole(0, 2 ** 31 - 1),
    bits: numbers.pick([1, 5, 12, 16]),
    blocks: numbers.pick([1, 7, 200]),
    group: numbers.pick([1, 2, 9]),
    uneven: numbers.whole(0, 1) === 1,
  });
}

function strangeGraph(numbers: Numbers, size: Size): Network {
  const input = strangeInput(numbers, size);
  const nodes: NetworkNode[] = [];
  const tensors: Network["tensors"] = [];
  const shapes: ValueShape[] = [[input.height, input.width, input.channels]];

  const append = (node: NetworkNode, out: number): boolean => {
    const inputs = node.inputs.map((value) => shapes[value]!);
    const shape = shapeOf(node, nodes.length, inputs, out);
    if (shape === undefined || !isWithin(size, node, inputs, shape)) return false;
    if (isWeighted(node)) {
      const sides = weightShape(node, inputs[0]!, out);
      if (sizeOf(sides) > MOST_WEIGHTS) return false;
      const kind = node.op === "BinaryConv" ? "binary" : undefined;
      node.weights = tensors.push(strangeTensor(sides, numbers, kind)) - 1;
      if (node.op !== "BinaryConv" && numbers.whole(0, 1))
        node.bias = tensors.push(strangeTensor([shape[2]], numbers)) - 1;
    }
    shapes.push(shape);
    nodes.push(node);
    return true;
  };

  for (let left = numbers.whole(0, size.nodes); left > 0; left--) {
    const node = strangeNode(numbers, shapes);
    if (node.op === "BinaryConv" && nodes[node.inputs[0] - 1]?.op !== "Sign") {
      if (!append({ op: "Sign", inputs: node.inputs, weights: 0 }, 0)) continue;
      node.inputs = [nodes.length];
    }
    append(node, numbers.pick([1, 2, 3, 7, 8, 9, 16, 33]));
  }
  const labels = strangeLabels(numbers);
  const logits = labels.length === 2 ? numbers.pick([1, 2]) : labels.length;
  const last = nodes.length;
  if (!append({ op: "Gemm", inputs: [last], weights: 0 }, logits)) {
    append({ op: "GlobalAveragePool", inputs: [last] }, 0);
    append({ op: "Gemm", inputs: [nodes.length], weights: 0 }, logits);
  }
  return { input, nodes, tensors, labels };
}

function strangeInput(numbers: Numbers, { sides }: Size): InputRecipe {
  const channels = numbers.pick([1, 3] as const);
  const height = numbers.pick(sides);
  const width = numbers.whole(0, 2) ? numbers.pick(sides) : height;
  if (numbers.whole(0, 1)) return { height, width, channels, normalise: { kind: "per-image" } };
  const scale = numbers.pick([0, 1, 1e-30, 1e30]);
  return {
    height,
    width,
    channels,
    normalise: {
      kind: "fixed",
      order: numbers.pick(["rgb", "bgr"]),
      mean: [...numbers.floats(channels, 200)],
      scale: [...numbers.floats(channels, scale)],
    },
  };
}

function strangeLabels(numbers: Numbers): string[] {
  const count = numbers.pick([2, 2, 2, 3, 9]);
  return count === 2 && numbers.whole(0, 1)
    ? ["NORMAL", "PNEUMONIA"]
    : Array.from({ length: count }, (_, i) => `Befund ${i} ${numbers.pick(["", "ü", "肺炎", "\u{1fac1}"])}`);
}
