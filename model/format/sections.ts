/**
 * Sealed sections: what is fitted after the network is frozen, each as a tag, a length and bytes, tags
 * ascending. An odd tag may be skipped by a reader that does not know it; an even one may not, so a section
 * that changes the answer gets an even tag.
 */
import { RadliteError } from "@radlite/model/errors";
import { type ByteReader, type ByteWriter, createByteReader } from "./byte-stream.ts";
import { decodeCalibration, encodeCalibration } from "./calibration.ts";
import { LIMITS } from "./limits.ts";
import type { Calibration } from "./sealed.ts";

/** Tags are final. */
const CALIBRATION_TAG = 2;

/** @throws BAD_INPUT for a calibration out of range. */
export function writeSections(writer: ByteWriter, calibration: Calibration): void {
  const content = encodeCalibration(calibration);
  writer.varint(CALIBRATION_TAG);
  writer.varint(content.length);
  writer.bytes(content);
}

/**
 * Reads sections to the end of `reader`, telling `onRead` the name of each.
 * @throws BAD_ARTIFACT for sections out of order, too long, damaged, or unknown with an even tag.
 */
export function readSections(reader: ByteReader, onRead: (name: string) => void): Calibration | undefined {
  const damaged = (problem: string) =>
    new RadliteError("BAD_ARTIFACT", `model file has ${problem}; it is damaged or made by a newer Radlite`);
  let calibration: Calibration | undefined;
  let previousTag = 0;
  for (let count = 1; reader.remaining > 0; count++) {
    const start = reader.position;
    const tag = reader.varint("section");
    const content = reader.bytes(reader.varint("section"), "section");
    const limit = tag === CALIBRATION_TAG ? LIMITS.calibrationBytes : LIMITS.sectionBytes;
    if (tag <= previousTag || count > LIMITS.sections)
      throw damaged(`section ${tag} after section ${previousTag}`);
    if (reader.position - start > limit)
      throw damaged(`section ${tag} of ${reader.position - start} bytes, expected at most ${limit}`);
    if (tag === CALIBRATION_TAG) calibration = decodeCalibration(createByteReader(content));
    else if (tag % 2 === 0) throw damaged(`section ${tag}, which must be understood and is not`);
    onRead(tag === CALIBRATION_TAG ? "calibration" : `section ${tag}`);
    previousTag = tag;
  }
  return calibration;
}
