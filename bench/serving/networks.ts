/** The networks of the bench: stacks of one layer again and again, and a model of 16 kB. */
import type { InputRecipe, Network, NetworkNode, Pads } from "@radlite/model/format";
import { codedTensor } from "../../test/model/coded-tensors.ts";
import { createGraph, createNumbers, type GraphBuilder } from "../../test/model/networks.ts";

export interface LayerShape {
  kind: "3x3" | "1x1" | "depthwise 3x3";
  side: number; // pixels
  channels: number; // in and out
}

/** How often the layer stands behind itself: enough for the layers around it not to count. */
const DEPTH = 6;
/** Four bits a weight. */
const CODEBOOK_ENTRIES = 16;

export function stackOf({ kind, side, channels }: LayerShape): Network {
  const graph = startGraph({ height: side, width: side });
  let last = appendConv(graph, 0, channels, 1);
  for (let layer = 0; layer < DEPTH; layer++) {
    last =
      kind === "depthwise 3x3"
        ? appendDepthwise(graph, last)
        : appendConv(graph, last, channels, kind === "3x3" ? 3 : 1);
    last = graph.add({ op: "Relu", inputs: [last] });
  }
  return finish(graph);
}

/** About 32,000 weights, four bits each: 16 kB. */
export function smallModel(): Network {
  const graph = startGraph({ height: 64, width: 64 });
  let last = appendConv(graph, 0, 16, 3, "clustered", 2);
  for (const out of [32, 48, 32]) {
    last = graph.add({ op: "Relu", inputs: [appendConv(graph, last, out, 3, "clustered", 2)] });
  }
  return finish(graph);
}

function startGraph(size: { height: number; width: number }): GraphBuilder {
  const input: InputRecipe = { ...size, channels: 1, normalise: { kind: "per-image" } };
  return createGraph(createNumbers(1), input, ["NORMAL", "PNEUMONIA"]);
}

function finish(graph: GraphBuilder): Network {
  const [, , channels] = graph.shapeOf(graph.last);
  graph.add({ op: "GlobalAveragePool", inputs: [graph.last] });
  graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([channels, 1]) });
  return graph.network;
}

function appendConv(
  graph: GraphBuilder,
  source: number,
  out: number,
  side: number,
  coding: "f32" | "clustered" = "f32",
  stride = 1,
): number {
  const weights = graph.tensor([side, side, graph.shapeOf(source)[2], out]);
  const { shape, values } = graph.network.tensors[weights]!;
  graph.network.tensors[weights] = codedTensor(shape, values, coding, CODEBOOK_ENTRIES);
  const node = { op: "Conv", inputs: [source], ...windowOf(side, stride), groups: 1, weights };
  return graph.add({ ...node, bias: graph.tensor([out]) } as NetworkNode);
}

function appendDepthwise(graph: GraphBuilder, source: number): number {
  const [, , channels] = graph.shapeOf(source);
  const weights = graph.tensor([3, 3, channels, 1]);
  const node = { op: "DepthwiseConv", inputs: [source], ...windowOf(3, 1), weights };
  return graph.add({ ...node, bias: graph.tensor([channels]) } as NetworkNode);
}

function windowOf(side: number, stride: number): { kernel: number[]; strides: number[]; pads: Pads } {
  const pad = side >> 1;
  return { kernel: [side, side], strides: [stride, stride], pads: [pad, pad, pad, pad] };
}
