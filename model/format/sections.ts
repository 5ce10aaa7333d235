/**
 * Sections behind the weights: what is fitted after the network is frozen, and what of the input recipe the header
 * has no bit for, each as a tag, a length and bytes, tags ascending. An odd tag may be skipped by a reader that does
 * not know it; an even one may not, so a section that changes the answer gets an even tag.
 */
import { RadliteError } from "@radlite/model/errors";
import { type ByteReader, type ByteWriter, createByteReader } from "./byte-stream.ts";
import { decodeCalibration, encodeCalibration } from "./calibration.ts";
import { LIMITS } from "./limits.ts";
import { decodeReview, encodeReview } from "./review.ts";
import type { Calibration } from "./sealed.ts";

/** Tags are final. */
const CALIBRATION_TAG = 2;
const TRIM_TAG = 4;
/** Even: who skipped it would answer NORMAL or PNEUMONIA where the file asks for a person. */
const REVIEW_TAG = 6;

/** The one rule by which borders are trimmed so far: model/input/trim.ts. */
const TRIM_RULE = 1;

export interface Sections {
  /** Absent in an unsealed file. */
  calibration?: Calibration;
  /** Absent: borders stay. Part of the network's input, so an unsealed file has it too. */
  trim?: true;
}

/** @throws BAD_INPUT for a calibration or a review band out of range. */
export function writeSections(writer: ByteWriter, { calibration, trim }: Sections): void {
  const write = (tag: number, content: Uint8Array): void => {
    writer.varint(tag);
    writer.varint(content.length);
    writer.bytes(content);
  };
  if (calibration) write(CALIBRATION_TAG, encodeCalibration(calibration));
  if (trim) write(TRIM_TAG, Uint8Array.of(TRIM_RULE));
  if (calibration?.review) write(REVIEW_TAG, encodeReview(calibration.review));
}

/**
 * Reads sections to the end of `reader`, telling `onRead` the name of each.
 * @throws BAD_ARTIFACT for sections out of order, too long, damaged, or unknown with an even tag.
 */
export function readSections(reader: ByteReader, onRead: (name: string) => void): Sections {
  const sections: Sections = {};
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
    onRead(readSection(tag, content, sections));
    previousTag = tag;
  }
  return sections;
}

/** Puts what it holds into `sections`; the section's name. */
function readSection(tag: number, content: Uint8Array, sections: Sections): string {
  if (tag === CALIBRATION_TAG) {
    sections.calibration = decodeCalibration(createByteReader(content));
    return "calibration";
  }
  if (tag === TRIM_TAG) {
    if (content.length !== 1 || content[0] !== TRIM_RULE)
      throw damaged(`a rule for trimming of [${content}], expected [${TRIM_RULE}]`);
    sections.trim = true;
    return "trim";
  }
  if (tag === REVIEW_TAG) {
    if (!sections.calibration) throw damaged("a review band and no threshold that it surrounds");
    sections.calibration.review = decodeReview(createByteReader(content));
    return "review band";
  }
  if (tag % 2 === 0) throw damaged(`section ${tag}, which must be understood and is not`);
  return `section ${tag}`;
}

function damaged(problem: string): RadliteError {
  return new RadliteError(
    "BAD_ARTIFACT",
    `model file has ${problem}; it is damaged or made by a newer Radlite`,
  );
}
