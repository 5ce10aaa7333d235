/** Transfer syntaxes: how the elements of a data set are written and how its pixels are coded. PS3.5, annex A; PS3.6. */
import { refuseSyntax } from "./refusals.ts";

export const PIXEL_CODINGS = ["native", "rle", "jpeg", "jpeg-lossless", "jpeg-ls", "jpeg-2000"] as const;

export type PixelCoding = (typeof PIXEL_CODINGS)[number];

const PREFIX = "1.2.840.10008.1.2";

export const DEFLATED = `${PREFIX}.1.99`;
export const BIG_ENDIAN = `${PREFIX}.2`;

const READ: Readonly<Record<string, PixelCoding>> = {
  [PREFIX]: "native", // implicit
  [`${PREFIX}.1`]: "native",
  [DEFLATED]: "native",
  [BIG_ENDIAN]: "native",
  [`${PREFIX}.4.50`]: "jpeg",
  [`${PREFIX}.4.51`]: "jpeg", // where it has 8 bits a level
  [`${PREFIX}.4.57`]: "jpeg-lossless",
  [`${PREFIX}.4.70`]: "jpeg-lossless",
  [`${PREFIX}.4.80`]: "jpeg-ls",
  [`${PREFIX}.4.81`]: "jpeg-ls",
  [`${PREFIX}.4.90`]: "jpeg-2000",
  [`${PREFIX}.4.91`]: "jpeg-2000",
  [`${PREFIX}.5`]: "rle",
};

/** Ends of identifiers that start with PREFIX, and what they are called; the first that fits. */
const NOT_READ: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^\.1\.98$/, "encapsulated uncompressed"],
  [/^\.4\.(5[2-689]|6\d)$/, "a retired process of JPEG"],
  [/^\.4\.9[23]$/, "JPEG 2000 part 2"],
  [/^\.4\.9[45]$|^\.4\.20[45]$/, "JPIP, which refers to pixels elsewhere"],
  [/^\.4\.10\d/, "video"],
  [/^\.4\.11[0-2]$/, "JPEG XL"],
  [/^\.4\.20[1-3]$/, "HTJ2K"],
  [/^\.7\.\d+$/, "a stream of SMPTE ST 2110"],
  [/^\.8\.1$/, "deflated image frames"],
];

/** @throws BAD_INPUT with reason UNSUPPORTED_TRANSFER_SYNTAX (415) for those that are not read. */
export function findPixelCoding(uid: string): PixelCoding {
  const coding = READ[uid];
  if (coding) return coding;
  // Digits and dots alone: what else stands there is not repeated.
  const number = /^[0-9.]{1,64}$/.test(uid) ? uid : "an identifier that is none";
  const end = uid.startsWith(`${PREFIX}.`) ? uid.slice(PREFIX.length) : "";
  const known = NOT_READ.find(([pattern]) => pattern.test(end));
  return refuseSyntax(known ? `${known[1]} (${number})` : `another transfer syntax (${number})`);
}
