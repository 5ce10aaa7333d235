/**
 * The reference engine: every node becomes one call of its operator, over memory that is laid out once. Sums
 * are double precision, so its results are as good as float32 holds; runs do not overlap, being synchronous.
 */

import { RadliteError } from "@radlite/model/errors";
import { type Network, type NetworkNode, requireSound } from "@radlite/model/format";
import type { Engine } from "../engine.ts";
import { findFeatures } from "../features.ts";
import { add } from "./add.ts";
import { averagePool } from "./average-pool.ts";
import { binaryConv } from "./binary-conv.ts";
import { clip } from "./clip.ts";
import { concat } from "./concat.ts";
import { conv } from "./conv.ts";
import { depthwiseConv } from "./depthwise-conv.ts";
import { gemm } from "./gemm.ts";
import { globalAveragePool } from "./global-average-pool.ts";
import { maxPool } from "./max-pool.ts";
import { allocateValues } from "./memory.ts";
import { mul } from "./mul.ts";
import { pad } from "./pad.ts";
import { relu } from "./relu.ts";
import { sigmoid } from "./sigmoid.ts";
import { sign } from "./sign.ts";
import { softmax } from "./softmax.ts";
import { swish } from "./swish.ts";
import type { Value } from "./value.ts";

/** @throws BAD_INPUT for a network that does not fit together, BAD_ARTIFACT for one beyond the memory limit. */
export function createReferenceEngine(network: Network): Engine {
  const shapes = requireSound(network);
  const { nodes, tensors } = network;
  const featuresValue = findFeatures(nodes);
  const values = allocateValues(
    nodes,
    shapes,
    featuresValue === undefined ? [nodes.length] : [nodes.length, featuresValue],
  );
  const weightsOf = (tensor: number): Float32Array => tensors[tensor]!.values;
  const steps = nodes.map((node, index) => bindNode(node, values, values[index + 1]!, weightsOf));

  return {
    name: "reference",
    run(tensor) {
      const image = values[0]!;
      if (tensor.length !== image.data.length) {
        throw new RadliteError(
          "BAD_INPUT",
          `input tensor has ${tensor.length} values, expected ${image.data.length} for ${image.shape.join("x")}`,
        );
      }
      image.data.set(tensor);
      for (const step of steps) step();
      return {
        logits: values.at(-1)!.data.slice(),
        features: featuresValue === undefined ? new Float32Array(0) : values[featuresValue]!.data.slice(),
      };
    },
  };
}

/** The call that computes a node, its values and weights found once. */
function bindNode(
  node: NetworkNode,
  values: Value[],
  output: Value,
  weightsOf: (tensor: number) => Float32Array,
): () => void {
  const inputs = node.inputs.map((value) => values[value]!);
  const input = inputs[0]!;
  switch (node.op) {
    case "Conv":
      return () => conv(node, weightsOf(node.weights), biasOf(node, weightsOf), input, output);
    case "DepthwiseConv":
      return () => depthwiseConv(node, weightsOf(node.weights), biasOf(node, weightsOf), input, output);
    case "BinaryConv":
      return () => binaryConv(node, weightsOf(node.weights), input, output);
    case "Sign":
      return () => sign(weightsOf(node.weights), biasOf(node, weightsOf), input, output);
    case "Gemm":
      return () => gemm(weightsOf(node.weights), biasOf(node, weightsOf), input, output);
    case "MaxPool":
      return () => maxPool(node, input, output);
    case "AveragePool":
      return () => averagePool(node, input, output);
    case "GlobalAveragePool":
      return () => globalAveragePool(input, output);
    case "Add":
      return () => add(input, inputs[1]!, output);
    case "Mul":
      return () => mul(input, inputs[1]!, output);
    case "Concat":
      return () => concat(inputs, output);
    case "Relu":
      return () => relu(input, output);
    case "Clip":
      return () => clip(input, output);
    case "Sigmoid":
      return () => sigmoid(input, output);
    case "Swish":
      return () => swish(input, output);
    case "Softmax":
      return () => softmax(input, output);
    case "Pad":
      return () => pad(node.pads, input, output);
    default:
      return node satisfies never;
  }
}

function biasOf(
  node: { bias?: number },
  weightsOf: (tensor: number) => Float32Array,
): Float32Array | undefined {
  return node.bias === undefined ? undefined : weightsOf(node.bias);
}
