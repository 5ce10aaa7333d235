/**
 * A radiograph turned, flipped or inverted as a whole, and written as a PNG file in which no level is lost: undone, it
 * is the same picture, and prepared, the same input. For a reader who asks for it; nothing here is changed unasked.
 */
import { RadliteError } from "@radlite/model/errors";
import { encode } from "fast-png";
import { whiteOf } from "../levels.ts";
import type { Decode, DecodedLevels } from "../prepare.ts";

/** `turned-left` is a quarter against the clock, `flipped` is top to bottom. */
export type PictureChange = "inverted" | "turned-left" | "turned-right" | "half-turned" | "flipped";

/** Of fflate: the quickest that packs at all takes a third of the time of its usual one. */
const ZLIB_LEVEL = 1;

/**
 * @param bytes of a JPEG or PNG file; a DICOM film says in its header how it is to be shown
 * @returns the bytes of a PNG file of 8 or 16 bits, without what else the file held
 * @throws BAD_INPUT as `decode` does, and with reason NOT_CHANGEABLE
 */
export async function changePicture(
  decode: Decode,
  bytes: Uint8Array,
  change: PictureChange,
): Promise<Uint8Array<ArrayBuffer>> {
  const decoded = await decode(bytes);
  if (decoded.kind === "dicom") {
    refuseChange(
      "a DICOM film says of itself which way it is shown: have it mended where it was taken, or save it as PNG and send that",
    );
  }
  const picture = dropUnused(decoded);
  const changed = change === "inverted" ? invert(picture) : move(picture, change);
  const { width, height, levels: data, stored: channels } = changed;
  const depth = data instanceof Uint16Array ? 16 : 8;
  return encode(
    { width, height, data, channels, depth },
    { zlib: { level: ZLIB_LEVEL } },
  ) as Uint8Array<ArrayBuffer>;
}

/** Only the channels that are read: one for a grey picture, however it is stored. */
function dropUnused(decoded: DecodedLevels): DecodedLevels {
  const { levels, stored, channels, hasAlpha } = decoded;
  if (hasAlpha) return decoded;
  const kept = channels === 3 && isGrey(levels, stored) ? 1 : channels;
  if (kept === stored) return decoded;
  const picked = newLevels(levels, (levels.length / stored) * kept);
  for (let from = 0, to = 0; from < levels.length; from += stored)
    for (let channel = 0; channel < kept; channel++) picked[to++] = levels[from + channel]!;
  return { ...decoded, levels: picked, stored: kept, channels: kept };
}

function isGrey(levels: DecodedLevels["levels"], stored: number): boolean {
  for (let at = 0; at < levels.length; at += stored)
    if (levels[at] !== levels[at + 1] || levels[at] !== levels[at + 2]) return false;
  return true;
}

function invert(picture: DecodedLevels): DecodedLevels {
  const { levels, stored, hasAlpha, white } = picture;
  if (hasAlpha) {
    refuseChange(
      "parts of the picture are transparent, and stay black however it is inverted: save it without transparency",
    );
  }
  const inverted = newLevels(levels, levels.length);
  for (let at = 0; at < levels.length; at++) inverted[at] = white - levels[at]!;
  // Of 16 bits those in use say what is white: it must be the same afterwards.
  if (inverted instanceof Uint16Array && whiteOf(inverted, stored, hasAlpha) !== white) {
    refuseChange(
      "the picture uses so few of its levels that inverted it would be another: save it with 8 bits a level",
    );
  }
  return { ...picture, levels: inverted };
}

function move(picture: DecodedLevels, change: Exclude<PictureChange, "inverted">): DecodedLevels {
  const { width: oldWidth, height: oldHeight, levels, stored } = picture;
  const isQuarter = change === "turned-left" || change === "turned-right";
  const [width, height] = isQuarter ? [oldHeight, oldWidth] : [oldWidth, oldHeight];
  const [right, bottom] = [oldWidth - 1, oldHeight - 1];
  const source: Record<typeof change, (x: number, y: number) => number> = {
    "turned-left": (x, y) => x * oldWidth + right - y,
    "turned-right": (x, y) => (bottom - x) * oldWidth + y,
    "half-turned": (x, y) => (bottom - y) * oldWidth + right - x,
    flipped: (x, y) => (bottom - y) * oldWidth + x,
  };
  const sourceOf = source[change];
  const moved = newLevels(levels, levels.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = sourceOf(x, y) * stored;
      for (let channel = 0; channel < stored; channel++) moved[to++] = levels[from + channel]!;
    }
  }
  return { ...picture, width, height, levels: moved };
}

const newLevels = (like: DecodedLevels["levels"], length: number): DecodedLevels["levels"] =>
  like instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);

function refuseChange(message: string): never {
  throw new RadliteError("BAD_INPUT", message, { reason: "NOT_CHANGEABLE" });
}
