/**
 * What a BinaryConv asks for beyond its shapes: its input is what a Sign gives, and its weights have a bit each,
 * so that an engine may run it on bits. Both are read off a file's header.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Coding, NetworkNode } from "./network.ts";
import { nodeName } from "./shapes.ts";

/** @throws BAD_INPUT naming the node; `kindOf` gives the coding of a tensor. */
export function checkBinaryLayers(
  nodes: readonly NetworkNode[],
  kindOf: (tensor: number) => Coding["kind"],
): void {
  nodes.forEach((node, index) => {
    if (node.op !== "BinaryConv") return;
    const [value] = node.inputs;
    const source = nodes[value - 1];
    if (source?.op !== "Sign")
      refuse(node, index, `reads ${source ? nodeName(source, value - 1) : "the image"}, expected a Sign`);
    const kind = kindOf(node.weights);
    if (kind !== "binary") refuse(node, index, `has weights coded as "${kind}", expected "binary"`);
  });
}

function refuse(node: NetworkNode, index: number, problem: string): never {
  throw new RadliteError("BAD_INPUT", `${nodeName(node, index)} ${problem}`);
}
