/**
 * Plan: from a network to the program of its run. Steps, what lies inside what, how wide the borders are and
 * which memory is shared follow from one another; then the calls are written down in order, each storage
 * getting its zeros before the first value is written there.
 */

import {
  countWorkNs,
  type Network,
  type NetworkNode,
  requireSound,
  type ValueShape,
} from "@radlite/model/format";
import type { View } from "@radlite/model/kernels";
import { findFeatures } from "../features.ts";
import { planCalls, planCopy } from "./calls.ts";
import { findLastReads, placeValues } from "./placement.ts";
import { createProgram, type Program } from "./program.ts";
import { countWords } from "./signs.ts";
import { planSparse, type SparsePlan } from "./sparse.ts";
import { isDepthwise, planSteps } from "./steps.ts";
import { planStorage, type Storage } from "./storage.ts";
import { closeGaps, FLOAT_BYTES, isGapless, viewBorder, viewFrame, viewStorage, viewValue } from "./views.ts";
import { countScratchBytes, usesWinograd } from "./winograd.ts";

export interface Plan {
  program: Program;
  input: Region;
  logits: Region;
  features: Region | undefined;
  workNs: number; // of one run
}

/** Contiguous floats, counted from the start of the memory. */
export interface Region {
  start: number;
  length: number;
}

/** @throws BAD_INPUT for a network that does not fit together, BAD_ARTIFACT for one that takes too much memory. */
export function planRun(network: Network): Plan {
  const shapes = requireSound(network);
  const { nodes, tensors } = network;
  const featuresValue = findFeatures(nodes);
  const kept = new Set(featuresValue === undefined ? [nodes.length] : [nodes.length, featuresValue]);
  const { steps, packed } = planSteps(nodes, shapes, kept);
  const lastRead = findLastReads(steps, shapes.length, kept);
  const placements = placeValues(steps, shapes, lastRead);
  const stored = shapes.map((shape, value) => (packed.has(value) ? packShape(shape) : shape));
  const { locations, arenaBytes } = planStorage(steps, stored, placements, lastRead);

  const program = createProgram();
  const arena = program.reserve(arenaBytes);
  const viewOf = (value: number): View => ({
    ...viewValue(stored[value]!, locations.get(value)!, arena),
    channels: shapes[value]![2],
  });
  const frames = new Map<Storage, View[]>();
  for (const { node, inputs, output } of steps) {
    if (node.op !== "Pad" || placements[inputs[0]!]?.parent !== output) continue;
    const { storage } = locations.get(output)!;
    const inner = viewOf(inputs[0]!);
    const frame = viewFrame(viewOf(output), node.pads[0], node.pads[1], inner.height, inner.width);
    frames.set(storage, [...(frames.get(storage) ?? []), ...frame]);
  }
  const zeroed = new Set<Storage>();
  const zeroStorage = (value: number): void => {
    const { storage } = locations.get(value)!;
    if (zeroed.has(storage)) return;
    zeroed.add(storage);
    // Memory starts as zeros: what no other storage writes to stays so. The last word of bits may not be filled.
    const shared = packed.has(value) ? [viewStorage(storage, arena)] : viewBorder(storage, arena);
    const parts = [...(storage.isShared ? shared : []), ...(frames.get(storage) ?? [])];
    for (const part of parts) {
      const view = program.view(part);
      program.calls.push((kernels) => kernels.clear(view));
    }
  };

  const sparse = new Map<NetworkNode, SparsePlan>();
  let scratchBytes = 0;
  for (const { node, inputs, output } of steps) {
    const [input, result] = [shapes[inputs[0]!]!, shapes[output]!];
    const found = isDepthwise(node, input, result) ? undefined : planSparse(node, input, result, tensors);
    if (found) sparse.set(node, found);
    const isFiltered = !found && usesWinograd(node, input, result);
    scratchBytes = Math.max(
      scratchBytes,
      found?.scratchBytes ?? (isFiltered ? countScratchBytes(input[2]) : 0),
    );
  }
  const scratch = program.reserve(scratchBytes);
  zeroStorage(0);
  const input = makeGapless(program, viewOf(0));
  if (input.copy) program.calls.push(planCopy(program, input.copy, viewOf(0)));
  for (const step of steps) {
    zeroStorage(step.output);
    program.calls.push(
      ...planCalls(program, step, { tensors, shapes, placements, packed, viewOf, sparse, scratch }),
    );
  }
  const read = (value: number): Region => {
    const { region, copy } = makeGapless(program, viewOf(value));
    if (copy) program.calls.push(planCopy(program, viewOf(value), copy));
    return region;
  };
  return {
    program,
    input: input.region,
    logits: read(nodes.length),
    features: featuresValue === undefined ? undefined : read(featuresValue),
    workNs: countWorkNs(nodes, shapes),
  };
}

/** Of a value that is bits: words in place of floats. */
function packShape([height, width, channels]: ValueShape): ValueShape {
  return [height, width, countWords(channels)];
}

/** Where the host finds a value: the value itself, or a copy without gaps that the program must make. */
function makeGapless(program: Program, view: View): { region: Region; copy: View | undefined } {
  const length = view.height * view.width * view.channels;
  const isWhole = isGapless(view);
  const data = isWhole ? view.data : program.reserve(length * FLOAT_BYTES);
  return { region: { start: data / FLOAT_BYTES, length }, copy: isWhole ? undefined : closeGaps(view, data) };
}
