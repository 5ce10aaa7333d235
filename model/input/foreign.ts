/**
 * Files that come in a radiograph's place and are not read, called by name so that their sender knows what to do.
 * Told from the first bytes; nothing in them is looked at.
 */
interface ForeignKind {
  /** As in "the file is DICOM". */
  name: string;
  /** Where the signature begins, in bytes. */
  at: number;
  signature: string;
  advice: string;
}

const SAVE = "save it as one of them";
const UNPACK = "send what is packed in it";

const FOREIGN_KINDS: readonly ForeignKind[] = [
  { name: "JPEG 2000", at: 4, signature: "jP  ", advice: SAVE },
  { name: "TIFF", at: 0, signature: "II*\0", advice: SAVE },
  { name: "TIFF", at: 0, signature: "MM\0*", advice: SAVE },
  { name: "WebP", at: 8, signature: "WEBP", advice: SAVE },
  { name: "HEIC or AVIF", at: 4, signature: "ftyp", advice: SAVE },
  { name: "GIF", at: 0, signature: "GIF8", advice: SAVE },
  { name: "BMP", at: 0, signature: "BM", advice: SAVE },
  { name: "PDF", at: 0, signature: "%PDF", advice: SAVE },
  { name: "gzip", at: 0, signature: "\x1f\x8b", advice: UNPACK },
  { name: "ZIP", at: 0, signature: "PK\x03\x04", advice: UNPACK },
];

/** What to call the file and what to do with it, or undefined for bytes of none of these kinds. */
export function recogniseForeign(bytes: Uint8Array): Pick<ForeignKind, "name" | "advice"> | undefined {
  return FOREIGN_KINDS.find(({ at, signature }) =>
    Array.from(signature).every((character, i) => bytes[at + i] === character.charCodeAt(0)),
  );
}
