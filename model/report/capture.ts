/**
 * A verdict as a Secondary Capture (PS3.3, A.8.1): the film as it was shown to the network, grey, at most
 * `LONGEST_SIDE` pixels a side, in a white frame that marks it as a copy; the verdict stands in the header, where
 * viewers show comments, and not in the pixels. Not for measuring: it bears no spacing of pixels.
 */
import { type Raster, resizeArea, toGrey } from "@radlite/model/input";
import { writeFile } from "./elements.ts";
import { type Circumstances, coded, frameOf, type Judgement, reference, remarksOn } from "./frame.ts";
import type { ReportSource } from "./source.ts";

const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
/** A screen's worth, and under the 6 MB that a function may answer. */
const LONGEST_SIDE = 1024;
const FRAME_PIXELS = 4;
const WHITE = 255;

/** @param picture the upright film, grey levels from 0 to 255 */
export function writeCapture(
  source: ReportSource,
  judgement: Judgement,
  picture: Raster,
  circumstances: Circumstances,
): Uint8Array {
  const { width, height, pixels } = framed(reduced(toGrey(picture)));
  const { verdict, probability } = judgement.decision;
  const { name, version, sha256 } = judgement.model;
  const model = version === undefined ? name : `${name} version ${version}`;
  return writeFile({
    ...frameOf(source, circumstances, {
      sopClass: SECONDARY_CAPTURE,
      modality: "OT",
      title: "Radlite verdict, picture, research use only",
      seriesNumber: "9002",
    }),
    "0008,0008": ["CS", "DERIVED\\SECONDARY"],
    "0008,0064": ["CS", "WSD"],
    "0008,2111": [
      "ST",
      `Grey copy of at most ${LONGEST_SIDE} pixels a side, framed, of what was judged by ${model}, sha256 ${sha256}`,
    ],
    "0008,2112": [
      "SQ",
      [
        {
          ...reference(source.image.sopClass, source.image.sopInstance),
          "0040,a170": ["SQ", [coded(["121322", "DCM", "Source Image for Image Processing Operation"])]],
        },
      ],
    ],
    "0018,0015": ["CS", "CHEST"],
    "0020,0020": ["CS", ""],
    "0020,4000": [
      "LT",
      [
        `${verdict}, probability of pneumonia ${probability.toFixed(3)}, ${model}.`,
        ...remarksOn(judgement),
      ].join(" "),
    ],
    "0028,0002": ["US", [1]],
    "0028,0004": ["CS", "MONOCHROME2"],
    "0028,0010": ["US", [height]],
    "0028,0011": ["US", [width]],
    "0028,0100": ["US", [8]],
    "0028,0101": ["US", [8]],
    "0028,0102": ["US", [7]],
    "0028,0103": ["US", [0]],
    ...(source.lossy !== undefined && { "0028,2110": ["CS", source.lossy] as const }),
    "7fe0,0010": ["OB", pixels],
  });
}

/** Smaller ones stay as they are. */
function reduced(picture: Raster): Raster {
  const inside = LONGEST_SIDE - 2 * FRAME_PIXELS;
  const scale = Math.min(1, inside / Math.max(picture.width, picture.height));
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return scale === 1 ? picture : resizeArea(picture, side(picture.width), side(picture.height));
}

function framed(picture: Raster): { width: number; height: number; pixels: Uint8Array } {
  const [width, height] = [picture.width + 2 * FRAME_PIXELS, picture.height + 2 * FRAME_PIXELS];
  const pixels = new Uint8Array(width * height).fill(WHITE);
  for (let y = 0; y < picture.height; y++) {
    const row = picture.pixels.subarray(y * picture.width, (y + 1) * picture.width);
    pixels.set(row.map(Math.round), (y + FRAME_PIXELS) * width + FRAME_PIXELS);
  }
  return { width, height, pixels };
}
