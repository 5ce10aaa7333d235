/**
 * Whether a network is one of the architecture that a recipe names: the same nodes in the same order with weights
 * of the same shapes, the same input and labels. What its weights are and how they are coded does not matter.
 */
import { isDeepStrictEqual } from "node:util";
import { RadliteError } from "@radlite/model/errors";
import { encodeNetwork, type Network, open } from "@radlite/model/format";
import { buildArchitecture } from "../architectures/families.ts";
import { initialiseTensors } from "../architectures/initialise.ts";
import { freezeGraph } from "../freeze/freeze.ts";
import { type Recipe, toInputRecipe } from "../recipes/index.ts";

/** `name` is that of the model in messages. Errors: BAD_INPUT that says where the two part. */
export function checkArchitecture(network: Network, recipe: Recipe, name: string): void {
  const wanted = buildNetwork(recipe, network.labels);
  if (!isDeepStrictEqual(network.input, wanted.input)) {
    throw refuse(name, recipe, `it reads ${describeInput(network)}, the recipe's ${describeInput(wanted)}`);
  }
  const layers = Math.max(network.nodes.length, wanted.nodes.length);
  for (let at = 0; at < layers; at++) {
    const [own, other] = [describeNode(network, at), describeNode(wanted, at)];
    if (own !== other) throw refuse(name, recipe, `its layer ${at + 1} is ${own}, the recipe's ${other}`);
  }
}

function refuse(name: string, recipe: Recipe, difference: string): RadliteError {
  return new RadliteError(
    "BAD_INPUT",
    `${name} is not of the architecture of recipe ${recipe.name}: ${difference}. Give the recipe that it was made by, with other stages, or a model of that architecture.`,
  );
}

/** As training would freeze it, tensors numbered as in a file. */
function buildNetwork({ architecture, input, fit }: Recipe, labels: string[]): Network {
  const graph = buildArchitecture(architecture, toInputRecipe(input), labels);
  return open(encodeNetwork(freezeGraph(graph, initialiseTensors(graph, fit.seed)))).network;
}

function describeInput({ input }: Network): string {
  const { width, height, channels, trim, normalise } = input;
  const borders = trim ? "trimmed" : "kept";
  return `${width} x ${height} x ${channels}, borders ${borders}, normalised ${JSON.stringify(normalise)}`;
}

function describeNode({ nodes, tensors }: Network, at: number): string {
  const node = nodes[at];
  if (!node) return "not there";
  const { op, ...rest } = node;
  const { weights, bias, ...attributes } = { weights: undefined, bias: undefined, ...rest };
  const shape = weights === undefined ? "" : ` of weights ${tensors[weights]!.shape.join(" x ")}`;
  return `${op}${shape}${bias === undefined ? "" : " with bias"} (${JSON.stringify(attributes)})`;
}
