/**
 * A network on tfjs, whatever the backend: its steps as tfjs operations, bias and activation fused into the
 * convolutions as tfjs's own graph optimiser does. Only the operators of the networks in the bench.
 */
import { readFileSync } from "node:fs";
import type * as Tfjs from "@tensorflow/tfjs-core";
import { type FileStep, type NetworkFile, readTensor } from "../network-file.ts";
import type { Run } from "./peer.ts";

type Tf = typeof Tfjs;

export function loadTfjs(tf: Tf, folder: string): Run {
  const file = JSON.parse(readFileSync(`${folder}/network.json`, "utf8")) as NetworkFile;
  const weights = readFileSync(`${folder}/weights.bin`);
  const tensors = file.tensors.map((entry) => tf.tensor(readTensor(weights, entry), entry.shape));
  return (image) =>
    tf.tidy(() => {
      const values: Tfjs.Tensor[] = [tf.tensor(image, [1, ...file.shapes[0]!])];
      for (const step of file.steps) values[step.output] = compute(tf, step, values, tensors);
      return values[file.shapes.length - 1]!.dataSync() as Float32Array;
    });
}

function compute(tf: Tf, step: FileStep, values: Tfjs.Tensor[], tensors: Tfjs.Tensor[]): Tfjs.Tensor {
  const { node, inputs, addend } = step;
  const x = values[inputs[0]!] as Tfjs.Tensor4D;
  const activation = step.clamp;
  const activate = (y: Tfjs.Tensor): Tfjs.Tensor =>
    activation === "relu" ? tf.relu(y) : activation === "relu6" ? tf.relu6(y) : y;
  switch (node.op) {
    case "Conv":
    case "DepthwiseConv": {
      const options = {
        x: step.isSame ? x : (tf.pad(x, padsOf(node.pads)) as Tfjs.Tensor4D),
        filter: tensors[node.weights] as Tfjs.Tensor4D,
        strides: node.strides,
        pad: step.isSame ? ("same" as const) : ("valid" as const),
        ...(node.bias === undefined ? {} : { bias: tensors[node.bias]! }),
        activation: addend === undefined ? activation : ("linear" as const),
      };
      const y = node.op === "Conv" ? tf.fused.conv2d(options) : tf.fused.depthwiseConv2d(options);
      return addend === undefined ? y : activate(tf.add(y, values[addend]!));
    }
    case "Gemm": {
      const weights = tensors[node.weights] as Tfjs.Tensor2D;
      const y = tf.matMul(tf.reshape(x, [1, weights.shape[0]]), weights);
      return activate(node.bias === undefined ? y : tf.add(y, tensors[node.bias]!));
    }
    case "GlobalAveragePool":
      return tf.mean(x, [1, 2], true);
    case "Add":
      return activate(tf.add(x, values[inputs[1]!]!));
    case "Relu":
    case "Clip":
      return activate(x);
    default:
      throw new Error(`the bench has no ${node.op} for tfjs`);
  }
}

function padsOf(pads: readonly number[]): [number, number][] {
  const [top, left, bottom, right] = pads as [number, number, number, number];
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
