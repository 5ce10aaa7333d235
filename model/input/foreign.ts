/**
 * Files that come in a radiograph's place and are not read, called by name so that their sender knows what to do.
 * Told from the first bytes; nothing in them is looked at further.
 */
import { recogniseText } from "./foreign-text.ts";

export interface ForeignKind {
  /** As in "the file is DICOM". */
  name: string;
  /** Absent: save it as a kind that is read. */
  advice?: string;
}

interface SignedKind extends ForeignKind {
  /** Where the signature begins, in bytes. */
  at: number;
  signature: string;
}

const UNPACK = "send what is packed in it";

const SIGNED_KINDS: readonly SignedKind[] = [
  { name: "JPEG 2000", at: 4, signature: "jP  " },
  { name: "JPEG 2000", at: 0, signature: "\xff\x4f\xff\x51" }, // the codestream alone
  { name: "JPEG XL", at: 4, signature: "JXL " },
  { name: "JPEG XL", at: 0, signature: "\xff\x0a" }, // the codestream alone
  { name: "JPEG XR", at: 0, signature: "II\xbc" },
  { name: "TIFF", at: 0, signature: "II*\0" },
  { name: "TIFF", at: 0, signature: "MM\0*" },
  { name: "BigTIFF", at: 0, signature: "II+\0" },
  { name: "BigTIFF", at: 0, signature: "MM\0+" },
  { name: "WebP", at: 8, signature: "WEBP" },
  { name: "AVIF", at: 4, signature: "ftypavi" },
  ...["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].map((brand) => ({
    name: "HEIC",
    at: 4,
    signature: `ftyp${brand}`,
  })),
  { name: "a video", at: 4, signature: "ftyp", advice: "send a picture of it" },
  { name: "GIF", at: 0, signature: "GIF8" },
  { name: "BMP", at: 0, signature: "BM" },
  { name: "a Photoshop document", at: 0, signature: "8BPS" },
  { name: "NIfTI", at: 344, signature: "n+1\0" },
  { name: "NIfTI", at: 344, signature: "ni1\0" },
  { name: "NIfTI", at: 4, signature: "n+2\0" },
  { name: "NIfTI", at: 4, signature: "ni2\0" },
  { name: "NRRD", at: 0, signature: "NRRD000" },
  { name: "FITS", at: 0, signature: "SIMPLE  =" },
  { name: "a NumPy array", at: 0, signature: "\x93NUMPY" },
  { name: "HDF5", at: 0, signature: "\x89HDF" },
  { name: "PDF", at: 0, signature: "%PDF", advice: "export the picture in it" },
  { name: "an Office document", at: 0, signature: "\xd0\xcf\x11\xe0", advice: "export the picture in it" },
  { name: "gzip", at: 0, signature: "\x1f\x8b", advice: UNPACK },
  { name: "bzip2", at: 0, signature: "BZh", advice: UNPACK },
  { name: "xz", at: 0, signature: "\xfd7zXZ\0", advice: UNPACK },
  { name: "Zstandard", at: 0, signature: "\x28\xb5\x2f\xfd", advice: UNPACK },
  { name: "7z", at: 0, signature: "7z\xbc\xaf", advice: UNPACK },
  { name: "RAR", at: 0, signature: "Rar!", advice: UNPACK },
  { name: "ZIP", at: 0, signature: "PK\x03\x04", advice: UNPACK },
  { name: "tar", at: 257, signature: "ustar", advice: UNPACK },
];

/** What to call the file and what to do with it, or undefined for bytes of none of these kinds. */
export function recogniseForeign(bytes: Uint8Array): ForeignKind | undefined {
  const signed = SIGNED_KINDS.find(({ at, signature }) =>
    Array.from(signature).every((character, i) => bytes[at + i] === character.charCodeAt(0)),
  );
  return signed ?? recogniseText(bytes);
}
