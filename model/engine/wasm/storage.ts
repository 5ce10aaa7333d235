/**
 * Storage: the memory of one value and of all that lies inside it, with a border of zeros as wide as the
 * convolutions that read there reach over the edge. Storages that are never in use at the same time may share
 * memory; which, is decided here, before anything is allocated.
 */
import type { NetworkNode, ValueShape } from "@radlite/model/format";
import { requireValueBytes } from "../limits.ts";
import type { Placements } from "./placement.ts";
import type { Step } from "./steps.ts";
import { roundToTiles, usesWinograd } from "./winograd.ts";

/** Pixels on each side. */
export interface Border {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface Storage {
  shape: ValueShape; // of the value itself
  border: Border;
  birth: number; // the first step that writes here, -1 for the input
  death: number; // the last step that reads here
  bytes: number;
  offset: number; // in the arena
  isShared: boolean; // with another storage, so that its border must be cleared in each run
}

/** Where a value lies: in which storage, and how far from the storage's own value. */
export interface Location {
  storage: Storage;
  top: number;
  left: number;
  channel: number;
}

type WindowNode = Extract<NetworkNode, { kernel: unknown }>;

const FLOAT_BYTES = 4;
const ALIGNMENT = 64; // a cache line

/**
 * The place of every value that a step computes or reads, by value, and the size of the arena.
 * @throws BAD_ARTIFACT when that is more than the limit.
 */
export function planStorage(
  steps: readonly Step[],
  shapes: readonly ValueShape[],
  placements: Placements,
  lastRead: readonly number[],
): { locations: Map<number, Location>; arenaBytes: number } {
  const storages = new Map<number, Storage>(); // by value
  const locations = new Map<number, Location>();
  const roots = findRoots(placements);
  const use = (value: number, birth: number): void => {
    const { root, ...distance } = roots[value]!;
    const storage = storages.get(root) ?? startStorage(shapes[root]!, birth);
    storages.set(root, storage);
    locations.set(value, { storage, ...distance });
    storage.death = Math.max(storage.death, birth, lastRead[value]!);
  };

  use(0, -1);
  steps.forEach(({ output }, index) => {
    use(output, index);
  });
  for (const step of steps) widenBorder(step, shapes, locations.get(step.inputs[0]!)!);
  const arenaBytes = assignOffsets([...storages.values()]);
  requireValueBytes(arenaBytes);
  return { locations, arenaBytes };
}

/** For every value the outermost one that it lies in, itself perhaps, and where. A value lies in later ones only. */
function findRoots(placements: Placements): (Omit<Location, "storage"> & { root: number })[] {
  const roots: (Omit<Location, "storage"> & { root: number })[] = [];
  for (let value = placements.length - 1; value >= 0; value--) {
    const up = placements[value];
    const outer = up && roots[up.parent]!;
    roots[value] = outer
      ? {
          root: outer.root,
          top: outer.top + up.top,
          left: outer.left + up.left,
          channel: outer.channel + up.channel,
        }
      : { root: value, top: 0, left: 0, channel: 0 };
  }
  return roots;
}

function startStorage(shape: ValueShape, birth: number): Storage {
  const border = { top: 0, left: 0, bottom: 0, right: 0 };
  return { shape, border, birth, death: birth, bytes: 0, offset: 0, isShared: false };
}

/** Makes room for what the step reads beyond the edge of its input. */
function widenBorder({ node, inputs, output }: Step, shapes: readonly ValueShape[], at: Location): void {
  if (node.op !== "Conv" && node.op !== "DepthwiseConv" && node.op !== "BinaryConv") return;
  const [height, width] = shapes[inputs[0]!]!;
  const { border, shape } = at.storage;
  const { top, left, bottom, right } = borderOf(node, shapes[inputs[0]!]!, shapes[output]!);
  border.top = Math.max(border.top, top - at.top);
  border.left = Math.max(border.left, left - at.left);
  border.bottom = Math.max(border.bottom, bottom - (shape[0] - at.top - height));
  border.right = Math.max(border.right, right - (shape[1] - at.left - width));
}

/** How far the windows reach over the edges of an input: below zero at the end where they leave some of it out. */
export function borderOf(node: WindowNode, input: ValueShape, output: ValueShape): Border {
  const [height, width] = input;
  const [outHeight, outWidth] = usesWinograd(node, input, output) ? roundToTiles(output) : output;
  const [top, left] = node.pads;
  return {
    top,
    left,
    bottom: reach(node, 0, outHeight) - top - height,
    right: reach(node, 1, outWidth) - left - width,
  };
}

/** Pixels from the start of the first window to the end of the last. */
function reach(node: WindowNode, axis: 0 | 1, windows: number): number {
  return (windows - 1) * node.strides[axis] + node.kernel[axis];
}

/** First fit, the largest first: each where no storage of the same time lies. */
function assignOffsets(storages: Storage[]): number {
  let arenaBytes = 0;
  const placed: Storage[] = []; // by offset
  for (const storage of storages) {
    const { shape, border } = storage;
    const [height, width] = [shape[0] + border.top + border.bottom, shape[1] + border.left + border.right];
    storage.bytes = Math.ceil((height * width * shape[2] * FLOAT_BYTES) / ALIGNMENT) * ALIGNMENT;
  }
  for (const storage of storages.sort((a, b) => b.bytes - a.bytes || a.birth - b.birth)) {
    let offset = 0;
    for (const other of placed) {
      if (!livesWith(storage, other)) continue;
      if (offset + storage.bytes <= other.offset) break;
      offset = Math.max(offset, other.offset + other.bytes);
    }
    storage.offset = offset;
    arenaBytes = Math.max(arenaBytes, offset + storage.bytes);
    for (const other of placed) {
      if (offset >= other.offset + other.bytes || other.offset >= offset + storage.bytes) continue;
      storage.isShared = true;
      other.isShared = true;
    }
    const behind = placed.findIndex((other) => other.offset > offset);
    placed.splice(behind < 0 ? placed.length : behind, 0, storage);
  }
  return arenaBytes;
}

function livesWith(a: Storage, b: Storage): boolean {
  return a.birth <= b.death && b.birth <= a.death;
}
