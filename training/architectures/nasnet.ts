/**
 * NASNet-A: two cells that a search found, stacked; each reads the two before it. Zoph et al., "Learning
 * Transferable Architectures for Scalable Image Recognition", CVPR 2018: 6 @ 4032 is NASNetLarge (published at 331
 * pixels), 4 @ 1056 NASNetMobile (at 224); `width` scales the number behind the @.
 */
import type { InputRecipe, Pads } from "@radlite/model/format";
import {
  activate,
  add,
  concatenate,
  convolve,
  convolveSeparable,
  normalise,
  pad,
  pool,
  startGraph,
  VALID,
  type Value,
} from "./builder.ts";
import { type Family, type FamilyOptions, scaleChannels } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";
import { countNames, orderLayers } from "./layer-order.ts";
import { type Cell, type CellPart, NORMAL_CELL, REDUCTION_CELL } from "./nasnet-cells.ts";

interface Nasnet {
  /** Normal cells between two reductions. */
  repeats: number;
  stemFilters: number;
  /** Channels of a sum in the first cell; twice as many after each reduction. A 96th of the number behind the @. */
  filters: number;
  /** After a reduction the next cell reads, as the one before, what the reduction read as that. */
  skipsReduction: boolean;
}

const makeFamily = (network: Nasnet): Family => ({
  build: (input, labels, options) => buildNasnet(input, labels, network, options),
  minimumSide: 32,
  normalisation: "fixed",
});

export const NASNET_LARGE = makeFamily({ repeats: 6, stemFilters: 96, filters: 42, skipsReduction: true });
export const NASNET_MOBILE = makeFamily({ repeats: 4, stemFilters: 32, filters: 11, skipsReduction: false });

const EPSILON = 1e-3;

interface Builder {
  graph: Graph;
  count(kind: string): string;
  /** How many of Keras' layers one stands for. */
  spans: Map<string, number>;
}

interface CellOptions {
  filters: number;
  /** At the end of the names of its layers. */
  id: string;
}

function buildNasnet(
  input: InputRecipe,
  labels: string[],
  { repeats, stemFilters, filters, skipsReduction }: Nasnet,
  { width, head }: FamilyOptions,
): Graph {
  const { graph, image } = startGraph(input, labels);
  const builder: Builder = { graph, count: countNames(), spans: new Map() };
  const unit = scaleChannels(filters, width);
  const stem = { filters: scaleChannels(stemFilters, width), kernel: 3, stride: 2, pads: VALID };
  const first = convolve(graph, image, { layer: "stem_conv1", ...stem });
  let value = normalise(graph, first, "stem_bn1", EPSILON);
  let before: Value | undefined;
  const addCell = (cell: "normal" | "reduction", options: CellOptions): void => {
    const next = (cell === "normal" ? addNormal : addReduction)(builder, value, before, options);
    [value, before] = [next, value];
  };

  addCell("reduction", { filters: unit, id: "stem_1" });
  addCell("reduction", { filters: 2 * unit, id: "stem_2" });
  for (let group = 0; group < 3; group++) {
    const channels = 4 * unit * 2 ** group;
    const start = group * repeats;
    if (group > 0) {
      const older = before;
      addCell("reduction", { filters: channels, id: `reduce_${start}` });
      if (skipsReduction) before = older;
    }
    for (let at = 0; at < repeats; at++)
      addCell("normal", { filters: channels, id: `${start + at + (group > 0 ? 1 : 0)}` });
  }
  value = activate(graph, value, "Relu", builder.count("activation"));
  addHead(graph, orderLayers(graph, value, builder.spans), head);
  return graph;
}

function addNormal(builder: Builder, x: Value, before: Value | undefined, options: CellOptions): Value {
  const p = adjust(builder, x, before, options);
  const h = squeeze(builder, x, "normal", options);
  return addBlocks(builder, NORMAL_CELL, { h, p, h3: h }, { kind: "normal", ...options });
}

function addReduction(builder: Builder, x: Value, before: Value | undefined, options: CellOptions): Value {
  const p = adjust(builder, x, before, options);
  const h = squeeze(builder, x, "reduction", options);
  const [height, width] = h.shape;
  const zeros: Pads = [height % 2, width % 2, 1, 1]; // as many as a strided 3x3 takes, but real ones
  const h3 = pad(builder.graph, h, zeros, `reduction_pad_1_${options.id}`);
  return addBlocks(builder, REDUCTION_CELL, { h, p, h3 }, { kind: "reduction", ...options });
}

/** The cell's input, at its channels. */
function squeeze({ graph, count }: Builder, x: Value, kind: string, { filters, id }: CellOptions): Value {
  const rectified = activate(graph, x, "Relu", count("activation"));
  const y = convolve(graph, rectified, { layer: `${kind}_conv_1_${id}`, filters, kernel: 1 });
  return normalise(graph, y, `${kind}_bn_1_${id}`, EPSILON);
}

function addBlocks(
  builder: Builder,
  { blocks, joined }: Cell,
  inputs: Record<"h" | "h3" | "p", Value>,
  { kind, filters, id }: CellOptions & { kind: string },
): Value {
  const sums: Value[] = [];
  const find = (source: CellPart["source"] | 3 | 4 | 5) =>
    typeof source === "number" ? sums[source - 1]! : inputs[source];
  for (const { parts, sum } of blocks) {
    const [left, right] = parts.map((part) => addPart(builder, find(part.source), part, { filters, id }));
    sums.push(add(builder.graph, left!, right!, sum ? `${sum}_${id}` : builder.count("add")));
  }
  return concatenate(builder.graph, joined.map(find), `${kind}_concat_${id}`);
}

function addPart(
  builder: Builder,
  x: Value,
  { operation, kernel, stride: strided, source, name }: CellPart,
  { filters, id }: CellOptions,
): Value {
  if (operation === "identity") return x;
  const layer = `${name}_${id}`;
  const stride = strided ?? 1;
  if (operation === "separable") return addSeparable(builder, x, { layer, filters, kernel, stride });
  const pads = source === "h3" ? VALID : "same";
  return pool(builder.graph, x, operation === "average" ? "AveragePool" : "MaxPool", {
    layer,
    kernel,
    stride,
    pads,
  });
}

/** ReLU, separable convolution, BatchNorm, and all of it once more; the first strides. */
function addSeparable(
  { graph, count, spans }: Builder,
  x: Value,
  { layer, filters, kernel, stride }: { layer: string; filters: number; kernel: number; stride: number },
): Value {
  let value = x;
  for (const [half, step] of [
    [1, stride],
    [2, 1],
  ] as const) {
    const name = `separable_conv_${half}_${layer}`;
    if (step > 1) spans.set(name, 2); // a padding layer before it
    value = activate(graph, value, "Relu", count("activation"));
    value = convolveSeparable(graph, value, { layer: name, filters, kernel, stride: step });
    value = normalise(graph, value, `separable_conv_${half}_bn_${layer}`, EPSILON);
  }
  return value;
}

/** What was before x, at its sides and at the cell's channels; x itself where nothing was. */
function adjust(builder: Builder, x: Value, before: Value | undefined, { filters, id }: CellOptions): Value {
  if (!before) return x;
  if (before.shape[1] !== x.shape[1]) return adjustSides(builder, before, { filters, id });
  if (before.shape[2] === filters) return before;
  const { graph, count } = builder;
  const rectified = activate(graph, before, "Relu", count("activation"));
  const y = convolve(graph, rectified, { layer: `adjust_conv_projection_${id}`, filters, kernel: 1 });
  return normalise(graph, y, `adjust_bn_${id}`, EPSILON);
}

/**
 * Half of the channels from the pixels of even rows and columns, half from those of odd ones: where the sides are
 * odd, the last of these are zeros beyond the edge.
 */
function adjustSides({ graph, count, spans }: Builder, before: Value, { filters, id }: CellOptions): Value {
  const rectified = activate(graph, before, "Relu", `adjust_relu_1_${id}`);
  const cropped = count("cropping2d");
  spans.set(cropped, 2); // a padding layer before it
  const shifted = pad(graph, rectified, [-1, -1, 1, 1], cropped);
  const halves = [rectified, shifted].map((x, at) => {
    const layer = `adjust_conv_${at + 1}_${id}`;
    spans.set(layer, 2); // a pool of one pixel, which strides
    return convolve(graph, x, { layer, filters: Math.floor(filters / 2), kernel: 1, stride: 2, pads: VALID });
  });
  const joined = concatenate(graph, halves, count("concatenate"));
  return normalise(graph, joined, `adjust_bn_${id}`, EPSILON);
}
