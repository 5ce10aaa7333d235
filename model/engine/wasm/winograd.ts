/**
 * Which convolutions run by Winograd's filtering, and what that takes beside weights: a scratch, which all of them
 * share, and borders that reach to the end of the last tile of 2x2 outputs.
 */
import type { NetworkNode, ValueShape, WeightTensor } from "@radlite/model/format";
import { packedLength, packThrough } from "@radlite/model/kernels";
import type { Program } from "./program.ts";

/** Below it transforming the tiles costs what the sums save. */
const FEWEST_CHANNELS = 16;
/** Products below which a process would spend longer on compiling the kernel than fifty runs save. */
const FEWEST_PRODUCTS = 2 ** 21;
/** Of a block: its inputs stay in the first cache, or the tiles are as many as make up for reading the weights. */
const FIRST_CACHE_BYTES = 32_768;
const MOST_TILES = 32;
const TILE_SIDE = 2;
const POSITIONS = 16; // of a transformed tile or kernel
const TAPS = 9;
const PRODUCTS = 8; // output channels of one position
const FLOAT_BYTES = 4;

export function usesWinograd(node: NetworkNode, [, , inputs]: ValueShape, output: ValueShape): boolean {
  if (node.op !== "Conv" || node.groups !== 1) return false;
  const [height, width] = node.kernel;
  const [down, right] = node.strides;
  if (height !== 3 || width !== 3 || down !== 1 || right !== 1) return false;
  const products = TAPS * inputs * output[0] * output[1] * output[2];
  return Math.min(inputs, output[2]) >= FEWEST_CHANNELS && products >= FEWEST_PRODUCTS;
}

/** Height and width in whole tiles. */
export function roundToTiles([height, width, channels]: ValueShape): ValueShape {
  const round = (side: number): number => Math.ceil(side / TILE_SIDE) * TILE_SIDE;
  return [round(height), round(width), channels];
}

/** Tiles that a convolution of so many input channels takes at a time. */
export function chooseBlockTiles(channels: number): number {
  const cached = Math.floor(FIRST_CACHE_BYTES / (POSITIONS * FLOAT_BYTES * channels));
  return channels > 2 * FEWEST_CHANNELS ? MOST_TILES : Math.min(MOST_TILES, cached - (cached % 4));
}

/** Bytes of a block, its transformed inputs and its products. */
export function countScratchBytes(channels: number): number {
  const floats = Math.ceil(channels / 4) * 4 + PRODUCTS;
  return chooseBlockTiles(channels) * POSITIONS * floats * FLOAT_BYTES;
}

/** The address of the transformed weights of a convolution. */
export function placeTransformed(
  program: Program,
  { values }: WeightTensor,
  inputs: number,
  outputs: number,
): number {
  const [packed, transformed] = [TAPS, POSITIONS].map((rows) => packedLength(rows * inputs, outputs));
  return program.weights(transformed!, (target, packer) => {
    packThrough(packer, values, TAPS * inputs, outputs, 1, target.subarray(transformed! - packed!));
    packer.kernels.transformWeights(target.byteOffset, inputs, outputs);
  });
}
