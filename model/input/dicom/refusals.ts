/**
 * Why a DICOM file is not read, by reason. No value of the file stands in a message, nor in a cause that might be
 * logged: free text may hold a name wherever it stands.
 */
import { RadliteError } from "@radlite/model/errors";

/** @param what a clause: `its pixel data is cut short` */
export function refuseDamagedDicom(what: string): never {
  throw new RadliteError(
    "BAD_INPUT",
    `the DICOM file is damaged or cut short: ${what}; send it again, whole`,
    { reason: "NOT_AN_IMAGE" },
  );
}

/** @param what a clause: `it has more than 20000 elements` */
export function refuseLargeDicom(what: string): never {
  throw new RadliteError("BAD_INPUT", `the DICOM file is too large: ${what}`, {
    reason: "TOO_LARGE",
    status: 413,
  });
}

/** Throws BAD_INPUT with reason NOT_A_CHEST_FILM. @param what a clause: `its Modality is CT` */
export function refuseFilm(what: string): never {
  throw new RadliteError(
    "BAD_INPUT",
    `the DICOM file says that it is no frontal radiograph of a chest: ${what}; send one that is`,
    { reason: "NOT_A_CHEST_FILM" },
  );
}

/** Throws BAD_INPUT with reason UNSUPPORTED_TRANSFER_SYNTAX (415). @param name `HTJ2K (1.2.840.10008.1.2.4.201)` */
export function refuseSyntax(name: string): never {
  throw new RadliteError(
    "BAD_INPUT",
    `the pixels of the DICOM file are coded as ${name}, which is not read: save it uncompressed, or as JPEG 2000 or JPEG-LS`,
    { reason: "UNSUPPORTED_TRANSFER_SYNTAX", status: 415 },
  );
}
