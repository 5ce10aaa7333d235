/**
 * Expansion: what a file of so many bytes may stand for. A short file that asks for many weights, or for much work,
 * is refused by its header, before a weight is decoded: opening and a first run then take time and memory in
 * proportion to the bytes, past what is free to all (limits.ts).
 */
import { LIMITS } from "./limits.ts";
import type { Coding, NetworkNode, ValueShape } from "./network.ts";
import { countWorkNs } from "./work.ts";

export interface Promises {
  nodes: readonly NetworkNode[];
  /** Of all values. */
  shapes: readonly ValueShape[];
  tensorShapes: readonly (readonly number[])[];
  /** The coding of each tensor. */
  kindOf(tensor: number): Coding["kind"];
}

/** A sentence about what is too much for a file of `fileBytes`, or undefined. */
export function findExpansion(promises: Promises, fileBytes: number): string | undefined {
  return findWeightExpansion(promises, fileBytes) ?? findWorkExpansion(promises, fileBytes);
}

function findWeightExpansion({ tensorShapes, kindOf }: Promises, fileBytes: number): string | undefined {
  let values = 0;
  let neededBytes = 0;
  tensorShapes.forEach((shape, tensor) => {
    const size = shape.reduce((product, side) => product * side, 1);
    values += size;
    neededBytes += size / LIMITS.valuesPerByte[kindOf(tensor)];
  });
  if (values <= LIMITS.freeValues || neededBytes <= fileBytes) return undefined;
  return `model file of ${fileBytes} bytes stands for ${values} weights, expected at most ${LIMITS.freeValues}, or at least ${Math.ceil(neededBytes)} bytes in these codings`;
}

function findWorkExpansion({ nodes, shapes }: Promises, fileBytes: number): string | undefined {
  const workNs = countWorkNs(nodes, shapes);
  const allowedNs = Math.max(LIMITS.freeWorkNs, LIMITS.workNsPerByte * fileBytes);
  if (workNs <= allowedNs) return undefined;
  return `model file of ${fileBytes} bytes asks for ${toMs(workNs)} ms of work in a run, expected at most ${toMs(allowedNs)}`;
}

function toMs(workNs: number): number {
  return Math.ceil(workNs / 1e6);
}
