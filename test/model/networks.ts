/**
 * Networks for tests, every one the same for the same seed: small random graphs over all operators, and a
 * residual network of the size that Radlite ships.
 */
import {
  type InputRecipe,
  inferShapes,
  type Network,
  type NetworkNode,
  OPERATORS,
  type Operator,
  type Pads,
  samePads,
  type ValueShape,
} from "@radlite/model/format";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { codedTensor, type TensorCoding } from "./coded-tensors.ts";

/** What `randomNetwork` uses unless others are named; a longer list would change its networks, whose digests are kept. */
const CODINGS: readonly TensorCoding[] = ["f32", "f16", "clustered", "indexed"];

/** The same of operators. */
const FLOAT_OPERATORS = OPERATORS.filter((op) => op !== "Sign" && op !== "BinaryConv");

export interface Numbers {
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  pick<T>(choices: readonly T[]): T;
  /** Numbers in [-scale, scale), float32. */
  floats(count: number, scale: number): Float32Array;
}

export function createNumbers(seed: number): Numbers {
  const generator = xoroshiro128plus(seed);
  return {
    whole: (low, high) => uniformInt(generator, low, high),
    pick: (choices) => choices[uniformInt(generator, 0, choices.length - 1)]!,
    floats: (count, scale) =>
      Float32Array.from({ length: count }, () => scale * (2 * uniformFloat64(generator) - 1)),
  };
}

export const GREY_64: InputRecipe = { height: 64, width: 64, channels: 1, normalise: { kind: "per-image" } };

/** Puts a graph together node by node; `last` is the value that the newest node gives. */
export interface GraphBuilder {
  readonly network: Network;
  readonly last: number;
  shapeOf(value: number): ValueShape;
  add(node: NetworkNode): number;
  /** A tensor of weights about as large as keeps the values of the next layer near 1. */
  tensor(shape: number[], kind?: TensorCoding): number;
}

export function createGraph(numbers: Numbers, input: InputRecipe, labels: string[]): GraphBuilder {
  const network: Network = { input, nodes: [], tensors: [], labels };
  const shapes: ValueShape[] = [[input.height, input.width, input.channels]];
  return {
    network,
    get last() {
      return network.nodes.length;
    },
    shapeOf: (value) => shapes[value]!,
    add(node) {
      network.nodes.push(node);
      shapes.push(inferShapes(network).at(-1)!);
      return network.nodes.length;
    },
    tensor(shape, kind = "f32") {
      const size = shape.reduce((product, side) => product * side, 1);
      const fanIn =
        shape.length === 1
          ? 100
          : shape.at(-1) === 1 && shape.length === 4
            ? shape[0]! * shape[1]!
            : size / shape.at(-1)!;
      network.tensors.push(
        codedTensor(
          shape,
          numbers.floats(size, Math.sqrt(3 / fanIn)),
          kind,
          numbers.pick([1, 2, 5, 16, 256]),
        ),
      );
      return network.tensors.length - 1;
    },
  };
}

/** Up to `length` random nodes over these operators and odd shapes, then a Gemm to the logits. */
export function randomNetwork(
  seed: number,
  length = 12,
  codings = CODINGS,
  operators: readonly Operator[] = FLOAT_OPERATORS,
): Network {
  const numbers = createNumbers(seed);
  const channels = numbers.pick([1, 3] as const);
  const normalise = numbers.pick([
    { kind: "per-image" },
    {
      kind: "fixed",
      order: "bgr",
      mean: [...numbers.floats(channels, 100)],
      scale: [...numbers.floats(channels, 1)],
    },
  ] as const);
  const input: InputRecipe = {
    height: numbers.whole(3, 19),
    width: numbers.whole(3, 19),
    channels,
    normalise: { ...normalise } as InputRecipe["normalise"],
  };
  const labels = numbers.pick([
    ["NORMAL", "PNEUMONIA"],
    ["ohne Befund", "Lungenentzündung"],
  ]);
  const graph = createGraph(numbers, input, labels);
  for (let step = 0; step < length; step++) appendRandom(graph, numbers, numbers.pick(operators), codings);

  const logits = numbers.pick([1, 2]);
  const [height, width, depth] = graph.shapeOf(graph.last);
  appendGemm(graph, numbers, height * width * depth, logits, { codings });
  return graph.network;
}

/** Appends one node of this operator where one fits; its inputs are any earlier values. */
export function appendRandom(graph: GraphBuilder, numbers: Numbers, op: Operator, codings = CODINGS): void {
  const source = numbers.whole(0, 3) === 0 ? numbers.whole(0, graph.last) : graph.last;
  const [height, width, channels] = graph.shapeOf(source);
  const kind = numbers.pick(codings);
  const bias = (out: number): { bias?: number } =>
    numbers.whole(0, 1) ? { bias: graph.tensor([out], kind) } : {};
  switch (op) {
    case "Conv": {
      const groups = numbers.pick([1, 1, divisorOf(channels, numbers)]);
      const out = groups * numbers.whole(1, Math.max(1, Math.floor(9 / groups)));
      const window = randomWindow(numbers, height, width, false);
      const weights = graph.tensor([...window.kernel, channels / groups, out], kind);
      graph.add({ op, inputs: [source], ...window, groups, weights, ...bias(out) });
      return;
    }
    case "DepthwiseConv": {
      const window = randomWindow(numbers, height, width, false);
      const weights = graph.tensor([...window.kernel, channels, 1], kind);
      graph.add({ op, inputs: [source], ...window, weights, ...bias(channels) });
      return;
    }
    case "MaxPool":
    case "AveragePool":
      graph.add({ op, inputs: [source], ...randomWindow(numbers, height, width, true) });
      return;
    case "Pad":
      if (height * width > 400) return;
      graph.add({
        op,
        inputs: [source],
        pads: [numbers.whole(0, 2), numbers.whole(0, 2), numbers.whole(0, 2), numbers.whole(0, 2)],
      });
      return;
    case "Add":
    case "Mul": {
      const partners = [...Array(graph.last + 1).keys()].filter((value) =>
        combines(graph.shapeOf(value), [height, width, channels]),
      );
      graph.add({ op, inputs: [source, numbers.pick(partners)] });
      return;
    }
    case "Concat": {
      if (channels > 40) return;
      const partners = [...Array(graph.last + 1).keys()].filter(
        (value) => graph.shapeOf(value)[0] === height && graph.shapeOf(value)[1] === width,
      );
      graph.add({
        op,
        inputs: [source, ...Array.from({ length: numbers.whole(1, 2) }, () => numbers.pick(partners))],
      });
      return;
    }
    case "Gemm":
      if (numbers.whole(0, 3) === 0)
        appendGemm(graph, numbers, height * width * channels, numbers.whole(1, 9), { source, codings });
      return;
    case "Sign": {
      const weights = graph.tensor([channels], kind);
      graph.add({ op, inputs: [source], weights, ...bias(channels) });
      return;
    }
    case "BinaryConv": {
      if (graph.network.nodes[source - 1]?.op !== "Sign") appendRandom(graph, numbers, "Sign", codings);
      const sign = graph.network.nodes[source - 1]?.op === "Sign" ? source : graph.last;
      const [signHeight, signWidth, signs] = graph.shapeOf(sign);
      const window = randomWindow(numbers, signHeight, signWidth, false);
      const weights = graph.tensor([...window.kernel, signs, numbers.whole(1, 40)], "binary");
      graph.add({ op, inputs: [sign], ...window, weights });
      return;
    }
    case "GlobalAveragePool":
      if (numbers.whole(0, 2) === 0) graph.add({ op, inputs: [source] });
      return;
    default:
      graph.add({ op, inputs: [source] });
  }
}

/** A residual network for 64x64 grey radiographs: about 60,000 weights and 40 million multiply-accumulates. */
export function residualNetwork(seed: number, kind: TensorCoding = "f32"): Network {
  const numbers = createNumbers(seed);
  const graph = createGraph(numbers, GREY_64, ["NORMAL", "PNEUMONIA"]);
  const convRelu = (source: number, out: number, side: number, stride: number, relu: boolean): number => {
    const shape = graph.shapeOf(source);
    const kernel: [number, number] = [side, side];
    const strides: [number, number] = [stride, stride];
    const weights = graph.tensor([side, side, shape[2], out], kind);
    const bias = graph.tensor([out], "f16");
    const value = graph.add({
      op: "Conv",
      inputs: [source],
      kernel,
      strides,
      pads: samePads(shape, { kernel, strides }),
      groups: 1,
      weights,
      bias,
    });
    return relu ? graph.add({ op: "Relu", inputs: [value] }) : value;
  };
  let value = convRelu(0, 16, 3, 1, true);
  for (const [out, stride] of [
    [16, 1],
    [24, 2],
    [48, 2],
    [48, 1],
  ] as const) {
    const inner = convRelu(value, out, 3, stride, true);
    const residual = convRelu(inner, out, 3, 1, false);
    const shortcut =
      out === graph.shapeOf(value)[2] && stride === 1 ? value : convRelu(value, out, 1, stride, false);
    value = graph.add({ op: "Add", inputs: [residual, shortcut] });
    value = graph.add({ op: "Relu", inputs: [value] });
  }
  graph.add({ op: "GlobalAveragePool", inputs: [value] });
  appendGemm(graph, numbers, 48, 1);
  return graph.network;
}

function appendGemm(
  graph: GraphBuilder,
  numbers: Numbers,
  inputs: number,
  out: number,
  { source = graph.last, codings = CODINGS } = {},
): void {
  const weights = graph.tensor([inputs, out], numbers.pick(codings));
  graph.add({
    op: "Gemm",
    inputs: [source],
    weights,
    ...(numbers.whole(0, 1) ? { bias: graph.tensor([out]) } : {}),
  });
}

function randomWindow(
  numbers: Numbers,
  height: number,
  width: number,
  isPool: boolean,
): { kernel: [number, number]; strides: [number, number]; pads: Pads } {
  const square = numbers.whole(1, 4);
  const kernel: [number, number] = numbers.whole(0, 1)
    ? [square, square]
    : [numbers.whole(1, 4), numbers.whole(1, 4)];
  const stride = numbers.whole(1, 3);
  const strides: [number, number] = numbers.whole(0, 2)
    ? [stride, stride]
    : [numbers.whole(1, 4), numbers.whole(1, 4)];
  const side = (axis: 0 | 1): number => numbers.whole(0, isPool ? kernel[axis] - 1 : 2);
  const pads = numbers.pick([
    samePads([height, width, 1], { kernel, strides }),
    [side(0), side(1), side(0), side(1)],
  ] as Pads[]);
  const fits = height + pads[0] + pads[2] >= kernel[0] && width + pads[1] + pads[3] >= kernel[1];
  const isPoolSafe = !isPool || pads.every((pad, i) => pad < kernel[i % 2]!);
  return fits && isPoolSafe
    ? { kernel, strides, pads }
    : { kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] };
}

function combines(a: ValueShape, b: ValueShape): boolean {
  return a[2] === b[2] && ((a[0] === b[0] && a[1] === b[1]) || a[0] * a[1] === 1 || b[0] * b[1] === 1);
}

function divisorOf(count: number, numbers: Numbers): number {
  return numbers.pick([...Array(count).keys()].map((i) => i + 1).filter((divisor) => count % divisor === 0));
}
