/**
 * What a report takes over from the film that it is about: whose it is, to which study it belongs, and which image
 * it was. An allow-list: nothing else of the header goes further. What is not as the standard has it is left empty
 * where that is allowed, and refused where a report would belong to nothing.
 */
import { RadliteError } from "@radlite/model/errors";
import { recogniseKind } from "@radlite/model/input";
import { type Elements, type ParsedDicom, parseDicom, readText } from "../input/dicom/parse.ts";
import { inflate } from "../input/node/inflate.ts";
import type { Attributes } from "./elements.ts";
import { decodeText } from "./text.ts";

export interface ReportSource {
  /** Of patient and study, in letters: every object of a study bears them alike. */
  subject: Attributes;
  image: { sopClass: string; sopInstance: string };
  study: string;
  series: string;
  /** Whether pixels were ever coded with loss, `01`, or not, `00`; undefined where the file does not say. */
  lossy: "00" | "01" | undefined;
  /** Minutes that the study's times are ahead of UTC, where it says so. */
  offsetMinutes: number | undefined;
}

const UID = /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/;
const LONGEST_UID = 64;
const LONGEST_VALUE = 1024;

/** JPEG of 8 and of 12 bits, JPEG-LS near-lossless. JPEG 2000 may be either. */
const LOSSY_SYNTAXES = ["50", "51", "81"].map((end) => `1.2.840.10008.1.2.4.${end}`);

const OFFSET = "0008,0201";

/** How values look that are taken over; text is any. */
const DATE = /^\d{8}$/;
const TIME = /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/;
const TEXT = /^/;

interface Taken {
  vr: string;
  form: RegExp;
  /** Must be there, if empty. */
  isRequired: boolean;
}

const TAKEN: Readonly<Record<string, Taken>> = {
  "0008,0020": { vr: "DA", form: DATE, isRequired: true }, // study date
  "0008,0030": { vr: "TM", form: TIME, isRequired: true }, // study time
  "0008,0050": { vr: "SH", form: TEXT, isRequired: true }, // accession number
  [OFFSET]: { vr: "SH", form: /^[+-]\d{4}$/, isRequired: false }, // of all times from UTC
  "0010,0010": { vr: "PN", form: TEXT, isRequired: true }, // patient's name
  "0010,0020": { vr: "LO", form: TEXT, isRequired: true }, // patient's number
  "0010,0021": { vr: "LO", form: TEXT, isRequired: false }, // who gave that number
  "0010,0030": { vr: "DA", form: DATE, isRequired: true }, // birth date
  "0010,0040": { vr: "CS", form: /^[FMO]$/, isRequired: true }, // sex
  "0020,0010": { vr: "SH", form: TEXT, isRequired: true }, // study number
};

/**
 * @throws BAD_INPUT with reason NOT_DICOM (406) for another kind of file, NOT_REPORTABLE for a film that does not say
 *   which image of which study it is, and as the reader of DICOM does.
 */
export async function readSource(bytes: Uint8Array): Promise<ReportSource> {
  requireDicom(bytes);
  const file = await parseDicom(bytes, inflate);
  const uid = (tag: string, name: string): string => {
    const value = readText(file.bytes, elementOf(file.elements, tag)) ?? "";
    if (value.length <= LONGEST_UID && UID.test(value)) return value;
    throw new RadliteError(
      "BAD_INPUT",
      `the DICOM file has no sound ${name} (${tag}), so that a report could not say what it is about: send the file as the archive has it`,
      { reason: "NOT_REPORTABLE" },
    );
  };
  const subject = takeSubject(file);
  const study = uid("0020,000d", "StudyInstanceUID");
  return {
    subject: { ...subject, "0020,000d": ["UI", study] },
    image: { sopClass: uid("0008,0016", "SOPClassUID"), sopInstance: uid("0008,0018", "SOPInstanceUID") },
    study,
    series: uid("0020,000e", "SeriesInstanceUID"),
    lossy: readLossy(file),
    offsetMinutes: toMinutes(subject[OFFSET]?.[1] as string | undefined),
  };
}

/** @throws BAD_INPUT with reason NOT_DICOM (406). */
function requireDicom(bytes: Uint8Array): void {
  const kind = recogniseKind(bytes);
  if (kind === "dicom") return;
  throw new RadliteError(
    "BAD_INPUT",
    `reports in DICOM are about films in DICOM, which say whose they are; this is ${kind === undefined ? "no radiograph that is read" : `a ${kind.toUpperCase()} file`}: send the DICOM file, or ask for JSON`,
    { reason: "NOT_DICOM", status: 406 },
  );
}

function takeSubject({ bytes, elements }: ParsedDicom): Attributes {
  const sets = readText(bytes, elementOf(elements, "0008,0005"));
  const subject: Record<string, readonly [string, string]> = {};
  for (const [tag, { vr, form, isRequired }] of Object.entries(TAKEN)) {
    const element = elementOf(elements, tag);
    const isRead = element !== undefined && element.length <= LONGEST_VALUE;
    const stored = isRead
      ? bytes.subarray(element.dataOffset, element.dataOffset + element.length)
      : new Uint8Array(0);
    const value = decodeText(stored, sets)
      .replace(/\p{Cc}/gu, "")
      .trim();
    const isSound = value !== "" && form.test(value);
    if (isSound || isRequired) subject[tag] = [vr, isSound ? value : ""];
  }
  return subject;
}

function readLossy({ bytes, elements, transferSyntax = "" }: ParsedDicom): ReportSource["lossy"] {
  if (LOSSY_SYNTAXES.includes(transferSyntax)) return "01";
  const said = readText(bytes, elementOf(elements, "0028,2110"));
  return said === "00" || said === "01" ? said : undefined;
}

const elementOf = (elements: Elements, tag: string) => elements[`x${tag.replace(",", "")}`];

function toMinutes(offset: string | undefined): number | undefined {
  if (!offset) return undefined;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3));
  return offset.startsWith("-") ? -minutes : minutes;
}
