/**
 * Memory of a run: one array a value, allocated once. Arrays are shared by values that are never needed at the
 * same time; a node's output never lies where one of its inputs does.
 */
import type { NetworkNode, ValueShape } from "@radlite/model/format";
import type { Value } from "./value.ts";

/** One value for each shape; those in `kept`, by number, hold their data until the run is over. */
export function allocateValues(nodes: NetworkNode[], shapes: ValueShape[], kept: number[]): Value[] {
  const lastReader = new Array<number>(shapes.length).fill(-1);
  nodes.forEach((node, index) => {
    for (const value of node.inputs) lastReader[value] = index;
  });
  for (const value of kept) lastReader[value] = Number.POSITIVE_INFINITY;
  const releasedAfter = new Map<number, number[]>();
  lastReader.forEach((reader, value) => {
    const at = Math.max(reader, value - 1); // a value that nobody reads is free once it is written
    releasedAfter.set(at, [...(releasedAfter.get(at) ?? []), value]);
  });

  const blocks: Float32Array[] = [];
  const free: Float32Array[] = [];
  shapes.forEach((shape, value) => {
    blocks[value] = takeBlock(free, shape[0] * shape[1] * shape[2]);
    for (const released of releasedAfter.get(value - 1) ?? []) free.push(blocks[released]!);
  });
  return shapes.map((shape, value) => ({
    shape,
    data: blocks[value]!.subarray(0, shape[0] * shape[1] * shape[2]),
  }));
}

/** The smallest free block that is large enough, or a new one. */
function takeBlock(free: Float32Array[], size: number): Float32Array {
  let best = -1;
  free.forEach((block, i) => {
    if (block.length >= size && (best < 0 || block.length < free[best]!.length)) best = i;
  });
  return best < 0 ? new Float32Array(size) : free.splice(best, 1)[0]!;
}
