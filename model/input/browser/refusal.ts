/** What only the server's decoder reads: refused here, so that a picture never gets two different answers. */
import { RadliteError } from "@radlite/model/errors";

/** @param what a clause: `this JPEG file is in CMYK` */
export function refuseHere(what: string): never {
  throw new RadliteError(
    "BAD_INPUT",
    `${what}, which is not read in a browser: send it to the server, or save it as a plain JPEG or PNG`,
    { reason: "NEEDS_SERVER", status: 415 },
  );
}
