/**
 * Which channels of a network can go, and what goes with them. A channel is made by a filter and runs on through
 * activations and pools; sums and products tie those of their inputs to each other, so that a channel of a
 * residual sum goes in all its branches or in none. Each such class of channels is one thing to prune.
 * Locked are the input's, those that decide the answer, those of grouped convolutions, those behind a softmax,
 * those of pinned layers, and those that would not be zero where their filters are (a sigmoid makes 0.5 of 0).
 * Errors: BAD_INPUT for layers of signs.
 */
import type { Network, NetworkNode } from "@radlite/model/format";
import { refuseSigns } from "../../freeze/thaw.ts";
import type { WeightedNode } from "../layer-numbers.ts";

/** A filter of one weighted node: what makes one of its output channels. */
export interface Filter {
  node: number;
  channel: number;
}

export interface ChannelClass {
  filters: Filter[];
  /** Why its filters must stay, as in "layer 3 keeps its filters: they are the network's answer". */
  locked: string | undefined;
}

export interface ChannelMap {
  /** Classes that some filter makes. */
  classes: ChannelClass[];
  /** For each value, the class of each of its channels; undefined for the input's. */
  classOf: (ChannelClass | undefined)[][];
}

/** A channel in the making; `up` leads to the one that it was tied to. */
interface Atom {
  up: Atom | undefined;
  filters: Filter[];
  locked: string | undefined;
}

/** A channel of a value. `isZeroed`: it is zero wherever the filters of its class are. */
interface Channel {
  atom: Atom;
  isZeroed: boolean;
}

/** `pinned` are layer numbers: node + 1. */
export function mapChannels({ input, nodes, tensors }: Network, pinned: readonly number[]): ChannelMap {
  const image = Array.from({ length: input.channels }, () =>
    openChannel([], "the image is one of their sum", false),
  );
  const values: Channel[][] = [image];
  nodes.forEach((node, at) => {
    const inputs = node.inputs.map((value) => values[value]!);
    values.push(connect(node, at, inputs, (tensor) => tensors[tensor]!.shape.at(-1)!));
    const touched = pinned.includes(at + 1) ? [...inputs.flat(), ...values.at(-1)!] : [];
    for (const { atom } of touched)
      lock(atom, `layer ${at + 1}, which is pinned, makes or reads their channels`);
  });
  for (const { atom } of values.at(-1)!) lock(atom, "they are the network's answer");

  const classes = new Map<Atom, ChannelClass>();
  const classOf = values.map((channels) =>
    channels.map(({ atom }) => {
      const { filters, locked } = findRoot(atom);
      if (filters.length === 0) return undefined;
      const known = classes.get(findRoot(atom)) ?? { filters, locked };
      classes.set(findRoot(atom), known);
      return known;
    }),
  );
  return { classes: [...classes.values()], classOf };
}

/** The channels of a node's value; ties and locks those of its inputs. */
function connect(
  node: NetworkNode,
  at: number,
  inputs: Channel[][],
  countOutputs: (weights: number) => number,
): Channel[] {
  const [first, second] = inputs as [Channel[], Channel[]];
  switch (node.op) {
    case "Conv":
    case "Gemm":
      return makeChannels(node, at, first, countOutputs(node.weights));
    case "Sign":
    case "BinaryConv":
      refuseSigns([node]);
      return first;
    case "DepthwiseConv":
      return first.map(({ atom }, channel) => {
        findRoot(atom).filters.push({ node: at, channel });
        return { atom, isZeroed: true };
      });
    case "Add":
    case "Mul":
      return first.map(({ atom, isZeroed }, channel) => {
        const other = second[channel]!;
        tie(atom, other.atom);
        return {
          atom,
          isZeroed: node.op === "Add" ? isZeroed && other.isZeroed : isZeroed || other.isZeroed,
        };
      });
    case "Concat":
      return inputs.flat();
    case "Sigmoid":
      return first.map(({ atom }) => ({ atom, isZeroed: false }));
    case "Softmax":
      for (const { atom } of first) lock(atom, "a softmax weighs their channels");
      return first;
    case "MaxPool":
    case "AveragePool":
    case "GlobalAveragePool":
    case "Relu":
    case "Clip":
    case "Swish":
    case "Pad":
      return first;
    default:
      return node satisfies never;
  }
}

function makeChannels(node: WeightedNode, at: number, inputs: Channel[], count: number): Channel[] {
  const isGrouped = node.op === "Conv" && node.groups > 1;
  for (const { atom, isZeroed } of inputs) {
    if (isGrouped) lock(atom, "a grouped convolution reads their channels");
    else if (!isZeroed) lock(atom, "their channels would not be zero without them");
  }
  const locked = isGrouped ? "they are those of a grouped convolution" : undefined;
  return Array.from({ length: count }, (_, channel) => openChannel([{ node: at, channel }], locked, true));
}

function openChannel(filters: Filter[], locked: string | undefined, isZeroed: boolean): Channel {
  return { atom: { up: undefined, filters, locked }, isZeroed };
}

function lock(atom: Atom, reason: string): void {
  findRoot(atom).locked ??= reason;
}

function tie(a: Atom, b: Atom): void {
  const [root, other] = [findRoot(a), findRoot(b)];
  if (root === other) return;
  root.filters.push(...other.filters);
  root.locked ??= other.locked;
  other.up = root;
}

function findRoot(atom: Atom): Atom {
  let root = atom;
  while (root.up) root = root.up;
  if (atom !== root) atom.up = root; // shortens the way of the next one
  return root;
}
