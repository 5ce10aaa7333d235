/**
 * A verdict as a Secondary Capture (PS3.3, A.8.1): the film as it was shown to the network, at most `LONGEST_SIDE` pixels
 * a side, in a white frame that marks it as a copy, and over it in colour what the network leaned on, where it can say
 * so. The verdict stands in the header, where viewers show comments, and not in the pixels. Not for measuring: it
 * bears no spacing of pixels.
 */
import { BAND_PROBABILITIES, type GreyPicture, tint } from "@radlite/model/verdict";
import { type Attributes, writeFile } from "./elements.ts";
import { type Circumstances, coded, frameOf, type Judgement, reference, remarksOn } from "./frame.ts";
import type { ReportSource } from "./source.ts";

const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
/** A screen's worth, and in three colours still under the 6 MB that a function may answer. */
const LONGEST_SIDE = 1024;
const FRAME_PIXELS = 4;
const WHITE = 255;

/** Pixels of the longer side of what a capture is made of, at most. */
export const CAPTURED_SIDE = LONGEST_SIDE - 2 * FRAME_PIXELS;

const COLOUR = `. Colour: where the features of the network, were they so everywhere, would give a probability of pneumonia of ${BAND_PROBABILITIES.join(", ")} and more; coarse, and no outline of a finding`;

/** The film, upright, and the bands of its map in the same pixels, where there is a map. */
export interface Captured {
  view: GreyPicture;
  bands?: Uint8Array | undefined;
}

export function writeCapture(
  source: ReportSource,
  judgement: Judgement,
  { view, bands }: Captured,
  circumstances: Circumstances,
): Uint8Array {
  const { width, height } = view;
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
      `Copy of at most ${LONGEST_SIDE} pixels a side, framed, of what was judged by ${model}, sha256 ${sha256}${bands ? COLOUR : ""}`,
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
    "0028,0010": ["US", [height + 2 * FRAME_PIXELS]],
    "0028,0011": ["US", [width + 2 * FRAME_PIXELS]],
    "0028,0100": ["US", [8]],
    "0028,0101": ["US", [8]],
    "0028,0102": ["US", [7]],
    "0028,0103": ["US", [0]],
    ...(source.lossy !== undefined && { "0028,2110": ["CS", source.lossy] as const }),
    ...(bands ? colourPixels(view, bands) : greyPixels(view)),
  });
}

function greyPixels({ width, height, pixels }: GreyPicture): Attributes {
  return {
    "0028,0002": ["US", [1]],
    "0028,0004": ["CS", "MONOCHROME2"],
    "7fe0,0010": ["OB", framed(width, height, pixels)],
  };
}

function colourPixels({ width, height, pixels }: GreyPicture, bands: Uint8Array): Attributes {
  const colours = new Uint8Array(3 * pixels.length);
  for (const [at, grey] of pixels.entries()) colours.set(tint(grey, bands[at]!), 3 * at);
  return {
    "0028,0002": ["US", [3]],
    "0028,0004": ["CS", "RGB"],
    "0028,0006": ["US", [0]], // colour by pixel
    "7fe0,0010": ["OB", framed(3 * width, height, colours, 3)],
  };
}

/** @param rowBytes of the picture, of whose pixels each takes `pixelBytes` */
function framed(rowBytes: number, height: number, bytes: Uint8Array, pixelBytes = 1): Uint8Array {
  const side = FRAME_PIXELS * pixelBytes;
  const wide = rowBytes + 2 * side;
  const whole = new Uint8Array(wide * (height + 2 * FRAME_PIXELS)).fill(WHITE);
  for (let y = 0; y < height; y++)
    whole.set(bytes.subarray(y * rowBytes, (y + 1) * rowBytes), (y + FRAME_PIXELS) * wide + side);
  return whole;
}
