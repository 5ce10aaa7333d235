/**
 * Pictures as the files in which others save them, for what measures a network on such files: no colour profile and no
 * text beside the pixels. Read again they are the picture, but for what JPEG loses.
 */
import sharp from "sharp";
import type { Raster } from "./raster.ts";

/** 255 -> 65535 */
const SPREAD = 257;

/** `quality` from 1 to 100; colour at half the resolution, as is usual. */
export async function encodeJpeg(
  { width, height, channels, pixels }: Raster<Uint8Array>,
  quality: number,
): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: { width, height, channels } });
  return image
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .jpeg({ quality })
    .toBuffer();
}

/** PNG of 16 bits a channel, the levels spread out to 65535. */
export async function encodeDeepPng({
  width,
  height,
  channels,
  pixels,
}: Raster<Uint8Array>): Promise<Uint8Array> {
  const levels = Uint16Array.from(pixels, (level) => level * SPREAD);
  const image = sharp(levels, { raw: { width, height, channels } });
  return image
    .toColourspace(channels === 1 ? "grey16" : "rgb16")
    .png({ compressionLevel: 1 })
    .toBuffer();
}
