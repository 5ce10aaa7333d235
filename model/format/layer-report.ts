/**
 * Layer report: what each layer of a model file costs. Bytes of the layers and of the file's other parts
 * (header, sealed sections, checksum) add up to the length of the file.
 */
import { describeParts, type OpenedModel, open } from "./container.ts";
import { countBinaryMacs, countMacs, countParameters } from "./counts.ts";
import type { Network, ValueShape } from "./network.ts";
import { inferShapes } from "./shapes.ts";
import { reportTensors } from "./tensor-report.ts";

export interface Layer {
  operator: string;
  output: ValueShape; // [height, width, channels]
  weights: number; // biases included
  nonZeros: number;
  coding: string; // of the weights, then of the bias; empty where there are none
  bitsPerWeight: number; // as stored, 0 where there are none
  entropyBits: number; // a weight, of single values by their frequencies in their tensor; 0 where there are none
  bytes: number;
  macs: number;
  binaryMacs: number; // products of signs, which are no multiplications
}

export interface LayerReport extends Omit<OpenedModel, "networkBytes"> {
  layers: Layer[];
  otherParts: { name: string; bytes: number }[];
  parameters: number;
  nonZeros: number;
  macs: number;
  binaryMacs: number;
}

/** `name` is what to call the file in messages. @throws BAD_ARTIFACT when the bytes do not open. */
export function reportLayers(bytes: Uint8Array, name: string): LayerReport {
  const { network, calibration } = open(bytes, name);
  const parts = describeParts(bytes);
  const shapes = inferShapes(network);
  const parameters = countParameters(network);
  const macs = countMacs(network);
  const binaryMacs = countBinaryMacs(network);
  const reports = reportTensors(network, parts);
  const layers = network.nodes.map((node, i): Layer => {
    const tensors = tensorsOf(node);
    const own = tensors.map((tensor) => reports[tensor]!);
    const weights = parameters.perNode[i]!;
    const bytes = own.reduce((sum, report) => sum + report.bytes, 0);
    const entropyBits = own.reduce((sum, report) => sum + report.weights * report.entropyBits, 0);
    return {
      operator: node.op,
      output: shapes[i + 1]!,
      weights,
      nonZeros: own.reduce((sum, report) => sum + report.nonZeros, 0),
      coding: tensors.map((tensor) => describeCoding(network, tensor)).join(", "),
      bitsPerWeight: weights === 0 ? 0 : (8 * bytes) / weights,
      entropyBits: weights === 0 ? 0 : entropyBits / weights,
      bytes,
      macs: macs.perNode[i]!,
      binaryMacs: binaryMacs.perNode[i]!,
    };
  });
  const otherParts = parts
    .filter(({ tensor }) => tensor === undefined)
    .map(({ name, bytes }) => ({ name, bytes }));
  const nonZeros = layers.reduce((sum, layer) => sum + layer.nonZeros, 0);
  return {
    network,
    calibration,
    layers,
    otherParts,
    parameters: parameters.total,
    nonZeros,
    macs: macs.total,
    binaryMacs: binaryMacs.total,
  };
}

function tensorsOf(node: Network["nodes"][number]): number[] {
  if (!("weights" in node)) return [];
  return node.bias === undefined ? [node.weights] : [node.weights, node.bias];
}

/** `f16`, or `range 32` with the number of values that its weights share. */
function describeCoding({ tensors }: Network, index: number): string {
  const { coding } = tensors[index]!;
  return "codebook" in coding ? `${coding.kind} ${coding.codebook.length}` : coding.kind;
}
