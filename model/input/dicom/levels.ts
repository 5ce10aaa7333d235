/**
 * From stored values to grey: clamped to the bits that are stored, through modality and VOI transformation, inverted
 * where low values are bright (PS3.3, C.11.1, C.11.2). All of it is one table, an entry for each pattern of bits.
 */
import type { Levels } from "../levels.ts";
import type { DicomPicture, Lut, Rescale, Window } from "./picture.ts";

/** Samples as a decoder delivers them: patterns of bits, no more of them than `bits` in use. */
export interface Samples {
  patterns: Uint8Array | Uint16Array; // [height, width]
  bits: number;
}

const BYTE_WHITE = 255;
const LARGEST_WHITE = 65_535;

/**
 * Level 0 is black. White is the number of stored values that make up the shown range, 255 to 65535: the levels are
 * then as fine as those of the file. Padding is black too, as what lies outside the collimator.
 */
export function toLevels(samples: Samples, picture: DicomPicture): Levels {
  const { width, height } = picture;
  const { patterns } = samples;
  const { greys, steps } = tabulate(samples, picture);
  const white = Math.min(Math.max(steps, BYTE_WHITE), LARGEST_WHITE);
  const levels = white === BYTE_WHITE ? new Uint8Array(patterns.length) : new Uint16Array(patterns.length);
  const table = Uint16Array.from(greys, (grey) => Math.round(grey * white));
  for (let i = 0; i < patterns.length; i++) levels[i] = table[patterns[i]!]!;
  return { width, height, levels, stored: 1, channels: 1, hasAlpha: false, white };
}

/** What each pattern shows, from 0 to 1, and how many stored values there are between black and white. */
export function tabulate(samples: Samples, picture: DicomPicture): { greys: Float64Array; steps: number } {
  const { isInverted, padding } = picture;
  const readValue = valueReader(samples, picture);
  const show = createShow(picture);
  const greys = new Float64Array(samples.patterns instanceof Uint8Array ? 256 : 65_536);
  const between = new Set<number>();
  for (let pattern = 0; pattern < greys.length; pattern++) {
    const value = readValue(pattern);
    if (padding && value >= padding[0] && value <= padding[1]) continue;
    const grey = show(value);
    if (grey > 0 && grey < 1) between.add(value);
    greys[pattern] = isInverted ? 1 - grey : grey;
  }
  return { greys, steps: between.size + 1 };
}

/** A pattern as the number that was stored. */
export function valueReader(samples: Samples, picture: DicomPicture): (pattern: number) => number {
  const [low, high] = storedRange(picture);
  const shift = findShift(samples, picture);
  const readSample = sampleReader(samples.bits, picture);
  return (pattern) => Math.min(Math.max(readSample(pattern) >> shift, low), high);
}

/**
 * By the standard of today the highest bit is the last of those stored. Where an old file says that the values lie
 * further up, they do if any of them reaches there.
 */
function findShift({ patterns, bits }: Samples, picture: DicomPicture): number {
  const shift = picture.highBit + 1 - picture.bitsStored;
  if (shift === 0) return 0;
  const [low, high] = storedRange(picture);
  const readSample = sampleReader(bits, picture);
  const isBeyond = (pattern: number) => readSample(pattern) < low || readSample(pattern) > high;
  return patterns.some(isBeyond) ? shift : 0;
}

/** A pattern as a number: of its bits, the first is the sign where values have one. */
function sampleReader(bits: number, { isSigned }: DicomPicture): (pattern: number) => number {
  const unused = 32 - bits;
  return isSigned ? (pattern) => (pattern << unused) >> unused : (pattern) => (pattern << unused) >>> unused;
}

function storedRange({ bitsStored, isSigned }: DicomPicture): [low: number, high: number] {
  return isSigned ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
}

/** From a stored value to what is shown, from 0 to 1. */
function createShow(picture: DicomPicture): (value: number) => number {
  const { modality, voi } = picture;
  if (voi) return (value) => applyVoi(applyModality(value, modality), voi);
  if (modality.kind === "lut") return (value) => showEntry(value, modality);
  const [low, high] = storedRange(picture)
    .map((value) => applyModality(value, modality))
    .sort((a, b) => a - b);
  return (value) => (applyModality(value, modality) - low!) / (high! - low!);
}

export function applyModality(value: number, modality: Rescale | Lut): number {
  return modality.kind === "lut" ? lookUp(value, modality) : value * modality.slope + modality.intercept;
}

/** From 0 to 1. PS3.3, C.11.2.1.2 and C.11.2.1.3. */
export function applyVoi(value: number, voi: Window | Lut): number {
  switch (voi.kind) {
    case "lut":
      return showEntry(Math.round(value), voi);
    case "LINEAR": {
      const [centre, width] = [voi.centre - 0.5, voi.width - 1];
      if (value <= centre - width / 2) return 0;
      if (value > centre + width / 2) return 1;
      return (value - centre) / width + 0.5;
    }
    case "LINEAR_EXACT":
      if (value <= voi.centre - voi.width / 2) return 0;
      if (value > voi.centre + voi.width / 2) return 1;
      return (value - voi.centre) / voi.width + 0.5;
    case "SIGMOID":
      return 1 / (1 + Math.exp((-4 * (value - voi.centre)) / voi.width));
    default:
      throw new Error(`unknown VOI transformation ${JSON.stringify(voi satisfies never)}`);
  }
}

/** An entry that is beyond its bits is as bright as can be. */
const showEntry = (value: number, lut: Lut): number => Math.min(lookUp(value, lut) / (2 ** lut.bits - 1), 1);

function lookUp(value: number, { first, entries }: Lut): number {
  return entries[Math.min(Math.max(value - first, 0), entries.length - 1)]!;
}
