/** The tensors of a graph as Keras calls them: `conv1` and `kernel`. */
import { type Graph, listTensors, type TensorRole } from "../architectures/graph.ts";

export interface TensorName {
  layer: string;
  tensor: string;
}

const NAMES: Readonly<Record<TensorRole, string>> = {
  kernel: "kernel",
  depthwise: "depthwise_kernel",
  latent: "kernel",
  dense: "kernel",
  bias: "bias",
  gamma: "gamma",
  beta: "beta",
  mean: "moving_mean",
  variance: "moving_variance",
};

/** By the number of the tensor. A separable convolution is two nodes here and one layer there. */
export function nameTensors({ nodes, tensors, layers = [] }: Graph): TensorName[] {
  const names: TensorName[] = [];
  nodes.forEach((node, at) => {
    const layer = layers[at] ?? "";
    const isPointwise = at > 0 && layers[at - 1] === layer && nodes[at - 1]!.op === "DepthwiseConv";
    for (const number of listTensors(node)) {
      const tensor = NAMES[tensors[number]!.role];
      names[number] = { layer, tensor: isPointwise ? `pointwise_${tensor}` : tensor };
    }
  });
  return names;
}
