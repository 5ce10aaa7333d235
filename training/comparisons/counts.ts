/** What a recipe's network costs as it is frozen, without training it: from shapes alone. */
import { countMacs } from "@radlite/model/format";
import { buildArchitecture } from "../architectures/families.ts";
import { countValues } from "../architectures/graph.ts";
import { CLASSES } from "../data/index.ts";
import { freezeGraph } from "../freeze/freeze.ts";
import { type Recipe, toInputRecipe } from "../recipes/index.ts";

/** Before any compression stage. */
export function countNetwork({ architecture, input }: Pick<Recipe, "architecture" | "input">): {
  parameters: number;
  macs: number;
} {
  const graph = buildArchitecture(architecture, toInputRecipe(input), [...CLASSES]);
  // Kernels, nearly all of a network, stay empty; what a BatchNorm folds into biases has its length.
  const values = graph.tensors.map((spec) => new Float32Array(spec.shape.length > 1 ? 0 : countValues(spec)));
  const network = freezeGraph(graph, values);
  const parameters = network.tensors.reduce((sum, tensor) => sum + countValues(tensor), 0);
  return { parameters, macs: countMacs(network).total };
}
