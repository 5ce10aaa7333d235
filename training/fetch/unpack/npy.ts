/**
 * NumPy's .npy format, as far as image sets need it: bytes (`uint8`) in C order. A file is the magic, a version, the
 * length of a header, the header (a Python dictionary as text) and the values (numpy/lib/format.py). Own code: the
 * packages for it read with their own `fetch`, or by evaluating quotes away, and check neither order nor length.
 */
import { refuseArchive } from "./image-folder.ts";

export interface ByteArray {
  shape: number[];
  /** C order. */
  values: Uint8Array;
}

const MAGIC = Buffer.from("\x93NUMPY", "latin1");

/** `name` is for messages. Errors: BAD_INPUT (no .npy file, another type or order, another length). */
export function parseNpy(file: Buffer, name: string): ByteArray {
  if (!file.subarray(0, MAGIC.length).equals(MAGIC) || file.length < 12) {
    throw refuseArchive(`${name} is no .npy file`);
  }
  const isLong = file[MAGIC.length]! >= 2; // the version's major number
  const headerAt = MAGIC.length + 2 + (isLong ? 4 : 2);
  const valuesAt = headerAt + (isLong ? file.readUInt32LE(8) : file.readUInt16LE(8));
  const header = file.toString("latin1", headerAt, valuesAt);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if ((type !== "|u1" && type !== "u1") || order !== "False" || shape === undefined) {
    throw refuseArchive(
      `${name} was expected to hold bytes in C order ('|u1'); its header is ${header.trim()}`,
    );
  }
  const sides = shape.split(",").flatMap((side) => (side.trim() === "" ? [] : [Number(side)]));
  const values = file.subarray(valuesAt);
  const expected = sides.reduce((product, side) => product * side, 1);
  if (values.length !== expected) {
    throw refuseArchive(
      `${name}, ${sides.join("x")}, was expected to hold ${expected} values and holds ${values.length}`,
    );
  }
  return { shape: sides, values };
}
