/**
 * A graph whose first layers do not learn, cut in two at the last value that they decide and that everything
 * behind reads: the front gives features, the rear learns from them. The cut goes as far as it can, through
 * activations, pooling and the global average, so that a frozen base leaves nothing but its head.
 */
import { type Graph, type GraphNode, learns, listTensors, renumberTensors } from "../architectures/graph.ts";

export interface CutGraph {
  /** From the image to the features, with the whole graph's tensors. */
  front: Graph;
  /** From the features, which are its value 0, to the logit. */
  rear: { nodes: GraphNode[]; tensors: Graph["tensors"] };
  /** For each of the rear's tensors, its number in the whole graph. */
  numbers: number[];
}

/** `undefined` where nothing can be cut off: the first layer learns. */
export function cutFrozen(graph: Graph): CutGraph | undefined {
  const learning = graph.nodes.findIndex((node) => changes(graph, node));
  const end = learning < 0 ? graph.nodes.length : learning; // nodes before it may be in front
  const cut = findCut(graph.nodes, end);
  if (cut === 0) return undefined;

  const behind = graph.nodes.slice(cut);
  const numbers = behind.flatMap(listTensors);
  const positions = new Map(numbers.map((number, at) => [number, at]));
  return {
    front: { ...graph, nodes: graph.nodes.slice(0, cut) },
    rear: {
      nodes: behind.map((node) => renumber(node, cut, positions)),
      tensors: numbers.map((number) => graph.tensors[number]!),
    },
    numbers,
  };
}

/** Whether training gives another value than inference, or changes what the node computes. */
function changes({ tensors }: Graph, node: GraphNode): boolean {
  if (node.op === "Dropout" || node.op === "BinaryActivation") return true;
  if (node.op === "BatchNorm" && !node.frozen) return true;
  return listTensors(node).some((tensor) => learns(tensors[tensor]!));
}

/** The latest value, up to `end`, that alone is read by the nodes behind it. */
function findCut(nodes: readonly GraphNode[], end: number): number {
  for (let cut = end; cut > 0; cut--) {
    const earliest = Math.min(...nodes.slice(cut).flatMap(({ inputs }) => inputs as number[]));
    if (earliest >= cut) return cut;
  }
  return 0;
}

function renumber(node: GraphNode, cut: number, positions: ReadonlyMap<number, number>): GraphNode {
  const moved = { ...node, inputs: node.inputs.map((input) => input - cut) } as GraphNode;
  return renumberTensors(moved, (tensor) => positions.get(tensor)!);
}
