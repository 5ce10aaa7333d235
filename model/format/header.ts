/**
 * Header: what the network is, apart from its numbers: input recipe, labels, nodes, and which codec each
 * tensor has. A ten-layer network takes about 40 bytes.
 *
 * Bytes: flags · height · width, if other · mean and scale (float32), if fixed · labels, if free · nodes ·
 * runs of (codec, number of tensors), first over all weights, then over all biases.
 */
import { RadliteError } from "@radlite/model/errors";
import type { ByteReader, ByteWriter } from "./byte-stream.ts";
import type { RunCodec } from "./codecs/codec.ts";
import { codecWithId, runCodecOf } from "./codecs/registry.ts";
import { LIMITS } from "./limits.ts";
import type { InputRecipe, Network, NetworkNode, ValueShape } from "./network.ts";
import { readNodes, writeNodes } from "./node-code.ts";
import { type Graph, isWeighted } from "./shapes.ts";

/** The labels that a flag stands for. */
const PRESET_LABELS = ["NORMAL", "PNEUMONIA"];

const COLOUR_BIT = 0x01;
const FIXED_BIT = 0x02;
const BGR_BIT = 0x04;
const OBLONG_BIT = 0x08;
const FREE_LABELS_BIT = 0x10;
const KNOWN_BITS = COLOUR_BIT | FIXED_BIT | BGR_BIT | OBLONG_BIT | FREE_LABELS_BIT;

export interface Header extends Graph {
  /** One a tensor. */
  codecs: RunCodec[];
  /** Of all values, the input first. */
  shapes: ValueShape[];
}

/** `shapes` are those of the network's values. */
export function writeHeader(writer: ByteWriter, network: Network, shapes: ValueShape[]): void {
  const { input, nodes, tensors, labels } = network;
  const isPreset =
    labels.length === PRESET_LABELS.length && labels.every((label, i) => label === PRESET_LABELS[i]);
  writeInput(writer, input, isPreset ? 0 : FREE_LABELS_BIT);
  if (!isPreset) writeLabels(writer, labels);
  writeNodes(writer, nodes, shapes);
  for (const run of runsOf(nodes, (tensor) => runCodecOf(tensors[tensor]!.coding.kind)!)) {
    writer.byte(run.codec.id);
    writer.varint(run.tensors.length);
  }
}

/**
 * Reads a header that fills `reader` to its end. Tensors are numbered in the order in which nodes use them.
 * @throws BAD_ARTIFACT where the bytes make no sense, BAD_INPUT where the graph does not fit together.
 */
export function readHeader(reader: ByteReader): Header {
  const { input, hasFreeLabels } = readInput(reader);
  const labels = hasFreeLabels ? readLabels(reader) : [...PRESET_LABELS];
  const { nodes, tensorShapes, shapes } = readNodes(reader, [input.height, input.width, input.channels]);
  const codecs = readCodecs(reader, nodes);
  if (reader.remaining > 0) throw damaged(`${reader.remaining} bytes too many in its header`);
  return { input, labels, nodes, tensorShapes, codecs, shapes };
}

/** Tensor numbers in the order of the payload: all weights, then all biases. Equal codings lie together. */
export function payloadOrder(nodes: NetworkNode[]): number[] {
  const weighted = nodes.filter(isWeighted);
  return [...weighted.map((node) => node.weights), ...weighted.flatMap((node) => node.bias ?? [])];
}

/** Tensors that follow each other in the payload and have the same codec, by their numbers. */
export interface Run {
  codec: RunCodec;
  tensors: number[];
}

export function runsOf(nodes: NetworkNode[], codecOf: (tensor: number) => RunCodec): Run[] {
  const runs: Run[] = [];
  for (const tensor of payloadOrder(nodes)) {
    const codec = codecOf(tensor);
    const last = runs.at(-1);
    if (last?.codec === codec) last.tensors.push(tensor);
    else runs.push({ codec, tensors: [tensor] });
  }
  return runs;
}

function writeInput(writer: ByteWriter, input: InputRecipe, labelBits: number): void {
  const { height, width, channels, normalise } = input;
  const fixed = normalise.kind === "fixed" ? normalise : undefined;
  writer.byte(
    labelBits |
      (channels === 3 ? COLOUR_BIT : 0) |
      (fixed ? FIXED_BIT : 0) |
      (fixed?.order === "bgr" ? BGR_BIT : 0) |
      (height === width ? 0 : OBLONG_BIT),
  );
  writer.varint(height);
  if (height !== width) writer.varint(width);
  for (const value of [...(fixed?.mean ?? []), ...(fixed?.scale ?? [])]) writer.float32(value);
}

function readInput(reader: ByteReader): { input: InputRecipe; hasFreeLabels: boolean } {
  const flags = reader.byte("input recipe");
  if (flags & ~KNOWN_BITS) throw damaged(`input flags ${flags}, which this version does not know`);
  const channels = flags & COLOUR_BIT ? 3 : 1;
  const height = reader.varint("input height");
  const width = flags & OBLONG_BIT ? reader.varint("input width") : height;
  const numbers = (what: string): number[] => Array.from({ length: channels }, () => reader.float32(what));
  const normalise: InputRecipe["normalise"] =
    flags & FIXED_BIT
      ? {
          kind: "fixed",
          order: flags & BGR_BIT ? "bgr" : "rgb",
          mean: numbers("mean"),
          scale: numbers("scale"),
        }
      : { kind: "per-image" };
  return { input: { height, width, channels, normalise }, hasFreeLabels: (flags & FREE_LABELS_BIT) !== 0 };
}

function writeLabels(writer: ByteWriter, labels: string[]): void {
  writer.varint(labels.length);
  for (const label of labels) {
    const utf8 = new TextEncoder().encode(label);
    writer.varint(utf8.length);
    writer.bytes(utf8);
  }
}

function readLabels(reader: ByteReader): string[] {
  const count = reader.varint("number of labels");
  if (count > LIMITS.labels) throw damaged(`${count} labels, expected at most ${LIMITS.labels}`);
  return Array.from({ length: count }, () => {
    const utf8 = reader.bytes(reader.varint("label"), "label");
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(utf8);
  });
}

function readCodecs(reader: ByteReader, nodes: NetworkNode[]): RunCodec[] {
  const order = payloadOrder(nodes);
  const codecs = new Array<RunCodec>(order.length);
  let next = 0;
  while (next < order.length) {
    const id = reader.byte("codec");
    const codec = codecWithId(id);
    if (codec === undefined) throw damaged(`a tensor in coding ${id}, which this version does not know`);
    const count = reader.varint("run of tensors");
    if (count < 1 || count > order.length - next)
      throw damaged(`a run of ${count} tensors where ${order.length - next} are left`);
    for (let i = 0; i < count; i++) codecs[order[next++]!] = codec;
  }
  return codecs;
}

function damaged(found: string): RadliteError {
  return new RadliteError("BAD_ARTIFACT", `model file has ${found}; it is damaged or not made by Radlite`);
}
