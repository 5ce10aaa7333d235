/**
 * What a network costs besides its bytes: parameters and multiply-accumulates, by node and in all. Only
 * Conv, DepthwiseConv and Gemm count; a bias counts as a parameter and not as a multiplication. Products of signs,
 * of which a machine does 32 in one instruction, are counted apart.
 */
import type { Network, NetworkNode, ValueShape } from "./network.ts";
import { inferShapes, isWeighted } from "./shapes.ts";

export interface Count {
  total: number;
  /** One entry a node. */
  perNode: number[];
}

/** Weights and biases, whatever their coding. */
export function countParameters({ nodes, tensors }: Network): Count {
  const sizeOf = (tensor: number | undefined): number =>
    tensor === undefined ? 0 : tensors[tensor]!.values.length;
  return countEach(nodes.map((node) => (isWeighted(node) ? sizeOf(node.weights) + sizeOf(node.bias) : 0)));
}

/**
 * Multiply-accumulates of one run, without those of signs; padding counts as if it were multiplied, as is usual.
 * @throws BAD_INPUT for an inconsistent graph.
 */
export function countMacs(network: Network): Count {
  return countNodes(network, nodeMacs);
}

/**
 * Products of signs of one run: the multiply-accumulates of its BinaryConvs, -1 around the image included.
 * @throws BAD_INPUT for an inconsistent graph.
 */
export function countBinaryMacs(network: Network): Count {
  return countNodes(network, nodeBinaryMacs);
}

function countNodes(network: Network, count: typeof nodeMacs): Count {
  const shapes = inferShapes(network);
  return countEach(
    network.nodes.map((node, index) => count(node, shapes[node.inputs[0]!]!, shapes[index + 1]!)),
  );
}

function nodeBinaryMacs(node: NetworkNode, input: ValueShape, output: ValueShape): number {
  if (node.op !== "BinaryConv") return 0;
  return output[0] * output[1] * output[2] * node.kernel[0] * node.kernel[1] * input[2];
}

function nodeMacs(node: NetworkNode, input: ValueShape, output: ValueShape): number {
  const outputs = output[0] * output[1] * output[2];
  switch (node.op) {
    case "Conv":
      return (outputs * node.kernel[0] * node.kernel[1] * input[2]) / node.groups;
    case "DepthwiseConv":
      return outputs * node.kernel[0] * node.kernel[1];
    case "Gemm":
      return outputs * input[0] * input[1] * input[2];
    default:
      return 0;
  }
}

function countEach(perNode: number[]): Count {
  return { total: perNode.reduce((sum, count) => sum + count, 0), perNode };
}
