/**
 * Memory of a run: one array a value, allocated once. Arrays are shared by values that are never needed at the
 * same time; a node's output never lies where one of its inputs does.
 */
import type { NetworkNode, ValueShape } from "@radlite/model/format";
import { requireValueBytes } from "../limits.ts";
import type { Value } from "./value.ts";

const FLOAT_BYTES = 4;

/**
 * One value for each shape; those in `kept`, by number, hold their data until the run is over.
 * @throws BAD_ARTIFACT for a network that takes more memory than an engine should.
 */
export function allocateValues(nodes: NetworkNode[], shapes: ValueShape[], kept: number[]): Value[] {
  const { blockOf, blockSizes } = planBlocks(shapes.map(sizeOf), releases(nodes, shapes.length, kept));
  requireValueBytes(FLOAT_BYTES * blockSizes.reduce((sum, size) => sum + size, 0));
  const blocks = blockSizes.map((size) => new Float32Array(size));
  return shapes.map((shape, value) => ({ shape, data: blocks[blockOf[value]!]!.subarray(0, sizeOf(shape)) }));
}

interface BlockPlan {
  /** Number of the block that a value lies in. */
  blockOf: number[];
  blockSizes: number[];
}

/** Gives each value, in order, the smallest free block that is large enough, or a new one. */
function planBlocks(sizes: number[], releasedBy: number[][]): BlockPlan {
  const blockOf: number[] = [];
  const blockSizes: number[] = [];
  const free: number[] = [];
  sizes.forEach((size, value) => {
    let best = -1;
    free.forEach((block, i) => {
      if (blockSizes[block]! >= size && (best < 0 || blockSizes[block]! < blockSizes[free[best]!]!)) best = i;
    });
    blockOf[value] = best < 0 ? blockSizes.push(size) - 1 : free.splice(best, 1)[0]!;
    for (const released of releasedBy[value]!) free.push(blockOf[released]!);
  });
  return { blockOf, blockSizes };
}

/** For every value, those that nobody needs any more once it is computed: itself, where nobody reads it. */
function releases(nodes: NetworkNode[], values: number, kept: number[]): number[][] {
  const lastNeededBy = Array.from({ length: values }, (_, value) => value);
  nodes.forEach((node, index) => {
    for (const value of node.inputs) lastNeededBy[value] = index + 1;
  });
  const releasedBy: number[][] = Array.from({ length: values }, () => []);
  lastNeededBy.forEach((last, value) => {
    if (!kept.includes(value)) releasedBy[last]!.push(value);
  });
  return releasedBy;
}

function sizeOf([height, width, channels]: ValueShape): number {
  return height * width * channels;
}
