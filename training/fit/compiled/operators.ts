/**
 * Operators of a graph as TensorFlow's, forward and backward. Each gives its value and, from dL/dy, what it adds to
 * dL/dx of its inputs and to the gradients of its tensors; TensorFlow leaves out whatever nobody asks for. What is
 * not here (binary layers, gates) gives `undefined`, and the graph that holds it is run operator by operator.
 */
import type { NetworkNode } from "@radlite/model/format";
import { EPSILON, type GraphNode } from "../../architectures/graph.ts";
import {
  AXES,
  append,
  broadcast,
  compute,
  FLOAT,
  feed,
  holdInts,
  holdNumber,
  holdOnes,
  INDEX,
  INT32,
  type Program,
  type Reference,
  type Symbolic,
} from "./program.ts";
import { sumBias, type Traced } from "./traced.ts";
import { traceAverage, traceConvolution, traceDepthwise, traceMaximum, tracePad } from "./windows.ts";

/** `tensors`: those of the graph. */
export type Trace = (program: Program, inputs: Symbolic[], tensors: readonly Symbolic[]) => Traced;

/** `undefined` for a node that is not compiled. `mask`: the name of what Dropout multiplies by; absent: nothing. */
export function findTrace(node: GraphNode, mask: string | undefined): Trace | undefined {
  switch (node.op) {
    case "Conv":
      return node.groups === 1
        ? (program, [x], tensors) => traceConvolution(program, node, x!, tensors)
        : undefined;
    case "DepthwiseConv":
      return (program, [x], tensors) => traceDepthwise(program, node, x!, tensors);
    case "BatchNorm":
      return (program, [x], tensors) => traceBatchNorm(program, node, x!, tensors);
    case "Relu":
      return (program, [x]) => traceUnary(program, x!, "Relu", "ReluGrad");
    case "Clip":
      return (program, [x]) => traceUnary(program, x!, "Relu6", "Relu6Grad");
    case "Gemm":
      return (program, [x], tensors) => traceGemm(program, node, x!, tensors);
    case "Pad":
      return (program, [x]) => tracePad(program, x!, node.pads);
    case "MaxPool":
      return (program, [x]) => traceMaximum(program, node, x!);
    case "AveragePool":
      return (program, [x]) => traceAverage(program, node, x!);
    case "GlobalAveragePool":
      return (program, [x]) => traceGlobalAverage(program, x!);
    case "Add":
      return (program, [x, other]) => ({
        value: { at: compute(program, "AddV2", [x!.at, other!.at]), shape: x!.shape },
        backward: (dy) => ({ inputs: [dy, dy] }),
      });
    case "Concat":
      return traceConcat;
    case "Dropout":
      return (program, [x]) => traceDropout(program, x!, mask);
    default:
      return undefined;
  }
}

function traceBatchNorm(
  program: Program,
  node: Extract<GraphNode, { op: "BatchNorm" }>,
  x: Symbolic,
  tensors: readonly Symbolic[],
): Traced {
  const isTraining = !node.frozen;
  const channels = x.shape[3]!;
  const gamma = node.gamma === undefined ? holdOnes(program, channels) : tensors[node.gamma]!.at;
  const attributes = {
    T: { type: FLOAT },
    U: { type: FLOAT },
    is_training: { flag: isTraining },
    epsilon: { float: node.epsilon ?? EPSILON },
  };
  const statistics = [node.mean, node.variance].map((number) => tensors[number]!.at);
  const running = isTraining ? [holdEmpty(program), holdEmpty(program)] : statistics;
  const given = [x.at, gamma, tensors[node.beta]!.at, ...running];
  const name = append(program, "FusedBatchNormV3", given, attributes);
  return {
    value: { at: `${name}:0`, shape: x.shape },
    backward(dy) {
      const reserved = [`${name}:3`, `${name}:4`, `${name}:5`];
      const gradient = append(program, "FusedBatchNormGradV3", [dy, x.at, gamma, ...reserved], attributes);
      return {
        inputs: [`${gradient}:0`],
        tensors: [
          ...(node.gamma === undefined ? [] : [[node.gamma, `${gradient}:1`] as [number, Reference]]),
          [node.beta, `${gradient}:2`],
        ],
      };
    },
  };
}

const holdEmpty = (program: Program): Reference => holdOnes(program, 0);

function traceUnary(program: Program, x: Symbolic, op: string, gradient: string): Traced {
  const at = compute(program, op, [x.at]);
  return {
    value: { at, shape: x.shape },
    backward: (dy) => ({ inputs: [compute(program, gradient, [dy, at])] }),
  };
}

function traceGemm(
  program: Program,
  node: Extract<NetworkNode, { op: "Gemm" }>,
  x: Symbolic,
  tensors: readonly Symbolic[],
): Traced {
  const images = x.shape[0]!;
  const weights = tensors[node.weights]!;
  const [inputs, units] = weights.shape as [number, number];
  const reshape = (at: Reference, shape: readonly number[]) =>
    compute(program, "Reshape", [at, holdInts(program, shape)], { Tshape: { type: INT32 } });
  const multiply = (
    a: Reference,
    b: Reference,
    turned: { transpose_a?: boolean; transpose_b?: boolean } = {},
  ) => {
    const flags = Object.entries(turned).map(([key, flag]) => [key, { flag }]);
    return compute(program, "MatMul", [a, b], Object.fromEntries(flags));
  };
  const flat = reshape(x.at, [images, inputs]);
  const product = multiply(flat, weights.at);
  const at =
    node.bias === undefined ? product : compute(program, "BiasAdd", [product, tensors[node.bias]!.at]);
  return {
    value: { at: reshape(at, [images, 1, 1, units]), shape: [images, 1, 1, units] },
    backward(given) {
      const dy = reshape(given, [images, units]);
      return {
        inputs: [reshape(multiply(dy, weights.at, { transpose_b: true }), x.shape)],
        tensors: [
          [node.weights, multiply(flat, dy, { transpose_a: true })],
          ...sumBias(program, node.bias, dy),
        ],
      };
    },
  };
}

function traceGlobalAverage(program: Program, x: Symbolic): Traced {
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const attributes = { ...AXES, keep_dims: { flag: true } };
  const at = compute(program, "Mean", [x.at, holdInts(program, [1, 2])], attributes);
  return {
    value: { at, shape: [images, 1, 1, channels] },
    backward(dy) {
      const each = compute(program, "Mul", [dy, holdNumber(program, 1 / (height * width))]);
      return { inputs: [broadcast(program, each, x.shape)] };
    },
  };
}

function traceConcat(program: Program, inputs: Symbolic[]): Traced {
  const counts = inputs.map(({ shape }) => shape[3]!);
  const starts = counts.map((_, at) => counts.slice(0, at).reduce((sum, count) => sum + count, 0));
  const [axis, list] = [holdInts(program, [3], []), { ...AXES, N: { int: inputs.length } }];
  const at = compute(program, "ConcatV2", [...inputs.map((input) => input.at), axis], list);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return {
    value: { at, shape: inputs[0]!.shape.with(3, total) },
    backward: (dy) => ({
      inputs: inputs.map(({ shape }, i) =>
        compute(
          program,
          "Slice",
          [dy, holdInts(program, [0, 0, 0, starts[i]!]), holdInts(program, shape)],
          INDEX,
        ),
      ),
    }),
  };
}

function traceDropout(program: Program, x: Symbolic, mask: string | undefined): Traced {
  if (mask === undefined) return { value: x, backward: (dy) => ({ inputs: [dy] }) };
  const kept = feed(program, mask, x.shape);
  const multiply = (at: Reference) => compute(program, "Mul", [at, kept.at]);
  return {
    value: { at: multiply(x.at), shape: x.shape },
    backward: (dy) => ({ inputs: [multiply(dy)] }),
  };
}
