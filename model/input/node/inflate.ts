/** zlib, held to a bound: what the DICOM reader asks of Node for a deflated data set. */
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import type { Inflate } from "../dicom/parse.ts";

export const inflate: Inflate = (bytes, maxBytes) =>
  promisify(inflateRaw)(bytes, { maxOutputLength: maxBytes });
