/**
 * Placement: which values lie inside others, so that nothing is copied. The input of a Pad lies inside the
 * padded value, the inputs of a Concat each in their slice of its channels, and the input of a pointwise step
 * under its output, if nothing is read there afterwards. Each value lies in one other at most.
 */
import type { ValueShape } from "@radlite/model/format";
import type { Step } from "./steps.ts";

export interface Placement {
  parent: number; // value
  top: number; // pixels
  left: number;
  channel: number;
}

/** By value; undefined where a value has a storage of its own. */
export type Placements = (Placement | undefined)[];

/** The step that reads each value last; -1 for none, infinity for kept ones. */
export function findLastReads(steps: readonly Step[], values: number, kept: ReadonlySet<number>): number[] {
  const lastRead = new Array<number>(values).fill(-1);
  steps.forEach(({ inputs, addend }, index) => {
    for (const value of inputs) lastRead[value] = index;
    if (addend !== undefined) lastRead[addend] = index;
  });
  for (const value of kept) lastRead[value] = Number.POSITIVE_INFINITY;
  return lastRead;
}

export function placeValues(
  steps: readonly Step[],
  shapes: readonly ValueShape[],
  lastRead: readonly number[],
): Placements {
  const placements: Placements = new Array(shapes.length).fill(undefined);
  const lastReadInside = new Array<number>(shapes.length).fill(-1); // of all that lies in a value
  const place = (value: number, parent: number, top = 0, left = 0, channel = 0): void => {
    placements[value] = { parent, top, left, channel };
    lastReadInside[parent] = Math.max(lastReadInside[parent]!, lastRead[value]!, lastReadInside[value]!);
  };

  steps.forEach(({ node, inputs, output }, index) => {
    switch (node.op) {
      case "Relu":
      case "Clip":
      case "Sigmoid":
      case "Swish":
      case "Softmax":
      case "Add":
      case "Mul": {
        const covered = inputs.find(
          (value) =>
            !placements[value] &&
            lastRead[value] === index &&
            lastReadInside[value]! < index &&
            sameShape(shapes[value]!, shapes[output]!),
        );
        if (covered !== undefined) place(covered, output);
        return;
      }
      case "Pad":
        if (!placements[inputs[0]!] && node.pads.every((pad) => pad >= 0))
          place(inputs[0]!, output, node.pads[0], node.pads[1]);
        return;
      case "Concat": {
        let channel = 0;
        for (const value of inputs) {
          if (!placements[value]) place(value, output, 0, 0, channel);
          channel += shapes[value]![2];
        }
      }
    }
  });
  return placements;
}

function sameShape(a: ValueShape, b: ValueShape): boolean {
  return a.every((side, axis) => side === b[axis]);
}
