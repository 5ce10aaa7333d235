/**
 * What the header says of itself: a film of a chest from the front, or something else. An attribute that is absent or
 * empty says nothing, but for the modality, which every picture names. Values are compared, never repeated.
 */
import { type ParsedDicom, readText } from "./parse.ts";
import { refuseFilm } from "./refusals.ts";

const MODALITY = "x00080060";
const BODY_PART = "x00180015";
const VIEW_POSITION = "x00185101";
const SOP_CLASS = "x00080016";
const DIRECTORY_RECORDS = "x00041220";

/** Computed radiography, digital radiography, and film that was scanned. */
const FILM_MODALITIES = ["CR", "DX", "RG"];

/** PS3.3, C.7.3.1.1.1: those that people send by mistake. */
const OTHER_MODALITIES: Readonly<Record<string, string>> = {
  CT: "CT",
  DOC: "DOC, a document",
  ECG: "ECG",
  ES: "ES, endoscopy",
  IO: "IO, intra-oral radiography",
  MG: "MG, mammography",
  MR: "MR",
  NM: "NM, nuclear medicine",
  OT: "OT, other",
  PT: "PT, positron emission",
  PX: "PX, panoramic radiography",
  RF: "RF, fluoroscopy",
  RTDOSE: "RTDOSE",
  RTIMAGE: "RTIMAGE",
  RTPLAN: "RTPLAN",
  RTSTRUCT: "RTSTRUCT",
  SC: "SC, secondary capture",
  SEG: "SEG, a segmentation",
  SM: "SM, slide microscopy",
  SR: "SR, a report",
  US: "US, ultrasound",
  XA: "XA, angiography",
  XC: "XC, a photograph",
};

/** In the languages of manufacturers; the last three say nothing. */
const CHEST =
  "CHEST THORAX THORACIC TORAX TORACE LUNG LUNGS LUNGE PULMON POUMON BRUSTKORB CXR UNKNOWN UNSPECIFIED NONE".split(
    " ",
  );
const FRONTAL =
  "AP PA FRONTAL FRONT ANTERIOR POSTERIOR ANTEROPOSTERIOR POSTEROANTERIOR ANTERO POSTERO UNKNOWN UNSPECIFIED NONE".split(
    " ",
  );
/** How a film was taken that may stand with either. */
const CIRCUMSTANCES =
  "PORT PORTABLE MOBILE BED BEDSIDE ERECT UPRIGHT STANDING SITTING SUPINE LYING AXIAL GRID INFANT CHILD BABY PED PEDS PAED PEDIATRIC PAEDIATRIC NEONATE ADULT VIEW".split(
    " ",
  );

/** @throws BAD_INPUT with reason NOT_A_CHEST_FILM. */
export function requireChestFilm({ bytes, elements }: ParsedDicom): void {
  const read = (tag: string) => readText(bytes, elements[tag])?.toUpperCase() || undefined;
  if (elements[DIRECTORY_RECORDS]) refuseFilm("it is a directory of other files (DICOMDIR)");
  const modality = read(MODALITY);
  if (modality === undefined) {
    refuseFilm(elements[SOP_CLASS] ? "its Modality is missing" : "it has neither a Modality nor a SOP Class");
  }
  if (!FILM_MODALITIES.includes(modality)) {
    const named = OTHER_MODALITIES[modality] ?? "another";
    refuseFilm(`its Modality is ${named}, expected ${FILM_MODALITIES.join(", ")}`);
  }
  if (!consistsOf(read(BODY_PART), CHEST, FRONTAL))
    refuseFilm("its BodyPartExamined names something else than the chest");
  if (!consistsOf(read(VIEW_POSITION), FRONTAL, CHEST)) refuseFilm("its ViewPosition is neither AP nor PA");
}

/** Whether every word of a value is one that may stand there. P.A. and A/P are words too. */
function consistsOf(value: string | undefined, ...allowed: readonly (readonly string[])[]): boolean {
  const words = (value ?? "").replace(/\b([AP])[.\-/ ]+([AP])\b\.?/g, " $1$2 ").match(/\p{L}+/gu) ?? [];
  return words.every((word) => [...allowed, CIRCUMSTANCES].some((list) => list.includes(word)));
}
