/**
 * Windows: the kernel, strides and pads that convolutions and pooling share. What they cost in the header is
 * one byte where the kernel is square and small, the strides are equal and the pads follow a usual rule.
 *
 * Byte: bits 0-2 kernel side (1 to 7, 0: height and width follow) · bits 3-4 stride (1 to 3, 0: both follow)
 * · bits 5-6 pads (0 none, 1 SAME_UPPER, 2 half a kernel, 3: four follow) · bit 7 groups follow.
 */
import { RadliteError } from "@radlite/model/errors";
import type { ByteReader, ByteWriter } from "./byte-stream.ts";
import type { Pads, ValueShape } from "./network.ts";

export interface Window {
  kernel: [height: number, width: number];
  strides: [vertical: number, horizontal: number];
  pads: Pads;
}

export interface GroupedWindow extends Window {
  groups: number;
}

const MAX_SHORT_KERNEL = 7;
const MAX_SHORT_STRIDE = 3;
const STRIDE_SHIFT = 3;
const PADS_SHIFT = 5;
const GROUPS_BIT = 0x80;

const NO_PADS: Pads = [0, 0, 0, 0];
const EXPLICIT_PADS = 3;

/** The pads that keep ceil(side / stride) windows on each axis, the odd one at the bottom and right (ONNX SAME_UPPER). */
export function samePads([height, width]: ValueShape, { kernel, strides }: Omit<Window, "pads">): Pads {
  const vertical = samePadding(height, kernel[0], strides[0]);
  const horizontal = samePadding(width, kernel[1], strides[1]);
  return [vertical >> 1, horizontal >> 1, vertical - (vertical >> 1), horizontal - (horizontal >> 1)];
}

/** Windows of one axis: how often a kernel fits into a padded side. Zero or less where it does not fit at all. */
export function countWindows(side: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((side + padding - kernel) / stride) + 1;
}

export function writeWindow(writer: ByteWriter, window: GroupedWindow, input: ValueShape): void {
  const { kernel, strides, pads, groups } = window;
  const shortKernel = kernel[0] === kernel[1] && kernel[0] <= MAX_SHORT_KERNEL;
  const shortStride = strides[0] === strides[1] && strides[0] <= MAX_SHORT_STRIDE;
  const rule = padRules(input, window).findIndex((candidate) => equalPads(candidate, pads));
  const padCode = rule < 0 ? EXPLICIT_PADS : rule;

  writer.byte(
    (shortKernel ? kernel[0] : 0) |
      ((shortStride ? strides[0] : 0) << STRIDE_SHIFT) |
      (padCode << PADS_SHIFT) |
      (groups === 1 ? 0 : GROUPS_BIT),
  );
  if (!shortKernel) for (const side of kernel) writer.varint(side);
  if (!shortStride) for (const stride of strides) writer.varint(stride);
  if (padCode === EXPLICIT_PADS) for (const pad of pads) writer.varint(pad);
  if (groups !== 1) writer.varint(groups);
}

/** Reads what `writeWindow` wrote; ranges are checked where shapes are inferred, only zeros are refused here. */
export function readWindow(reader: ByteReader, input: ValueShape): GroupedWindow {
  const code = reader.byte("window");
  const side = code & MAX_SHORT_KERNEL;
  const stride = (code >> STRIDE_SHIFT) & MAX_SHORT_STRIDE;
  const padCode = (code >> PADS_SHIFT) & EXPLICIT_PADS;

  const kernel: [number, number] = side > 0 ? [side, side] : [readSide(reader), readSide(reader)];
  const strides: [number, number] = stride > 0 ? [stride, stride] : [readSide(reader), readSide(reader)];
  const pads =
    padCode === EXPLICIT_PADS
      ? ([0, 1, 2, 3].map(() => reader.varint("padding")) as unknown as Pads)
      : padRules(input, { kernel, strides })[padCode]!;
  const groups = code & GROUPS_BIT ? reader.varint("groups") : 1;
  return { kernel, strides, pads, groups };
}

/** The pads that have a code of their own, at the index of that code. */
function padRules(input: ValueShape, window: Omit<Window, "pads">): Pads[] {
  const vertical = (window.kernel[0] - 1) >> 1;
  const horizontal = (window.kernel[1] - 1) >> 1;
  return [NO_PADS, samePads(input, window), [vertical, horizontal, vertical, horizontal]];
}

function samePadding(side: number, kernel: number, stride: number): number {
  return Math.max((Math.ceil(side / stride) - 1) * stride + kernel - side, 0);
}

function equalPads(a: Pads, b: Pads): boolean {
  return a.every((pad, i) => pad === b[i]);
}

function readSide(reader: ByteReader): number {
  const value = reader.varint("window");
  if (value === 0)
    throw new RadliteError("BAD_ARTIFACT", "model file has a window of size or stride zero; it is damaged");
  return value;
}
