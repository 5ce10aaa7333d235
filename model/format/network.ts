/**
 * Network: what a trained classifier is, apart from any framework. A graph in ONNX operator terms over
 * NHWC tensors, its weights as float values together with how each is coded in the file, the recipe that
 * turns pixels into its input, and the labels of its output.
 *
 * Value 0 is the input image; node i produces value i + 1; a node reads only earlier values, so the list is
 * its own topological order. The last node produces the logits: one (the logit of `labels[1]`) or one a label.
 */
export const OPERATORS = [
  "Conv", // weights [kh, kw, in / groups, out] + optional bias [out]
  "DepthwiseConv", // weights [kh, kw, in, 1] + optional bias [in]: ONNX Conv with group = in
  "Gemm", // weights [in, out] + optional bias [out]; its input is flattened row by row
  "MaxPool",
  "AveragePool", // padding is not counted (ONNX count_include_pad = 0)
  "GlobalAveragePool", // [h, w, c] -> [1, 1, c]
  "Add",
  "Mul",
  "Concat", // along channels
  "Relu",
  "Clip", // to [0, 6]: ReLU6
  "Sigmoid",
  "Swish", // x * sigmoid(x)
  "Softmax", // over channels
  "Pad", // zeros around height and width; a pad below zero takes rows or columns away
  "Sign", // weights [c] + optional bias [c]: +1 where weights · x >= -bias, the product in float32, else -1
  "BinaryConv", // Conv of what a Sign gives, padded with -1; weights [kh, kw, in, out], coded as `binary`
] as const;

export type Operator = (typeof OPERATORS)[number];

/** Numbers added on each side, zeros where nothing else is said: [top, left, bottom, right], as in ONNX. */
export type Pads = readonly [top: number, left: number, bottom: number, right: number];

export type NetworkNode =
  | {
      op: "Conv";
      inputs: [number];
      kernel: [number, number];
      strides: [number, number];
      pads: Pads;
      groups: number;
      weights: number;
      bias?: number;
    }
  | {
      op: "DepthwiseConv";
      inputs: [number];
      kernel: [number, number];
      strides: [number, number];
      pads: Pads;
      weights: number;
      bias?: number;
    }
  | {
      op: "BinaryConv";
      inputs: [number];
      kernel: [number, number];
      strides: [number, number];
      pads: Pads; // of -1
      weights: number;
      bias?: undefined;
    }
  | { op: "Gemm"; inputs: [number]; weights: number; bias?: number }
  | { op: "Sign"; inputs: [number]; weights: number; bias?: number }
  | {
      op: "MaxPool" | "AveragePool";
      inputs: [number];
      kernel: [number, number];
      strides: [number, number];
      pads: Pads;
    }
  | { op: "Pad"; inputs: [number]; pads: Pads }
  | { op: "Add" | "Mul"; inputs: [number, number] }
  | { op: "Concat"; inputs: number[] }
  | { op: "GlobalAveragePool" | "Relu" | "Clip" | "Sigmoid" | "Swish" | "Softmax"; inputs: [number] };

/** How a tensor's values lie in the file. `values` always equals what the coding decodes to, bit for bit. */
export type Coding =
  | { kind: "f32" }
  | { kind: "f16" }
  /** values[i] = codebook[indices[i]]; at most 256 entries, each exact in float16; ceil(log2(entries)) bits an index. */
  | { kind: "indexed"; codebook: Float32Array; indices: Uint8Array }
  /** The same with its indices Huffman-coded. */
  | { kind: "clustered"; codebook: Float32Array; indices: Uint8Array }
  /** The same for weights that are mostly zero: gaps and indices, both Huffman-coded; the codebook holds a zero. */
  | { kind: "sparse"; codebook: Float32Array; indices: Uint8Array }
  /** The same with its indices in an adaptive arithmetic code. */
  | { kind: "range"; codebook: Float32Array; indices: Uint8Array }
  /** The same where the entries are all multiples of one step, exact in float16, in a row: step and lowest stand for them. */
  | { kind: "stepped"; codebook: Float32Array; indices: Uint8Array }
  /** A bit a value: all values of a filter, the last axis, are plus or minus one number that is exact in float16. */
  | { kind: "binary" }
  /** One code for all tensors of a run in the file's order, of which this is one. */
  | { kind: "seeded"; code: SeededCode; member: number };

/** Weights as choices among random candidates that a seed stands for; codecs/seeded-values.ts decodes it. */
export interface SeededCode {
  seed: number; // below 2^32
  /** Of a choice, 1 to 16. */
  bits: number;
  /** For each block, the number of its candidate, below 2^bits. */
  choices: Uint32Array;
  /** For each block, its free values, at least 1; absent: as even as can be. */
  sizes?: Uint32Array;
  members: SeededMember[];
}

/** One tensor of a seeded code. */
export interface SeededMember {
  /** Its weights. */
  count: number;
  /** Weights that share one free value, up to their signs: 1 to `count`. */
  group: number;
  /** Deviation of the free values' prior, above 0, exact in float16. */
  scale: number;
}

export interface WeightTensor {
  shape: number[];
  values: Float32Array; // row-major, length = product of shape
  coding: Coding;
}

/** From decoded grey or RGB pixels in [0, 255] to the network's input. */
export interface InputRecipe {
  height: number;
  width: number;
  channels: 1 | 3; // 1: luminance; 3: grey repeated, or colour where the file has it
  trim?: true; // black and white borders are cut away first, as model/input/trim.ts does; absent: they stay
  normalise:
    | { kind: "per-image" } // (x - mean) / max(deviation, 1), both over the image's own pixels
    | { kind: "fixed"; order: "rgb" | "bgr"; mean: number[]; scale: number[] }; // (x - mean[c]) * scale[c]
}

export interface Network {
  input: InputRecipe;
  nodes: NetworkNode[];
  tensors: WeightTensor[];
  labels: string[];
}

/** Spatial shape of a value: [height, width, channels]. */
export type ValueShape = [height: number, width: number, channels: number];
