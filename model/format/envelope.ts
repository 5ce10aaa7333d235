/**
 * Envelope: what can be said of a file before anything in it is understood: size, magic, version, and the
 * CRC-32C (Castagnoli) of all bytes before it. A newer version is refused by name, not as damage.
 */
import { RadliteError } from "@radlite/model/errors";
import { crc32c } from "./crc32c.ts";
import { LIMITS } from "./limits.ts";

export const MAGIC = new TextEncoder().encode("RLM");
export const VERSION = 1;
export const CHECKSUM_BYTES = 4;

/** @throws BAD_ARTIFACT saying whether the file is foreign, newer, too large or damaged. */
export function checkEnvelope(bytes: Uint8Array): void {
  const refuse = (problem: string): never => {
    throw new RadliteError("BAD_ARTIFACT", problem);
  };
  if (bytes.length > LIMITS.fileBytes)
    refuse(`model file has ${bytes.length} bytes, expected at most ${LIMITS.fileBytes}`);
  if (bytes.length < MAGIC.length + 1 + CHECKSUM_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    refuse('not a Radlite model: expected a file that starts with "RLM"');
  }
  const version = bytes[MAGIC.length]!;
  if (version > VERSION)
    refuse(`model file has format version ${version}, this Radlite reads up to ${VERSION}: update Radlite`);
  if (version < 1)
    refuse(`model file has format version ${version}, expected 1 to ${VERSION}; it is damaged`);

  const body = bytes.subarray(0, bytes.length - CHECKSUM_BYTES);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + body.length, CHECKSUM_BYTES).getUint32(
    0,
    true,
  );
  const actual = crc32c(body);
  if (stored !== actual)
    refuse(`model file has checksum ${hex(stored)}, expected ${hex(actual)}: it is damaged or cut off`);
}

/** The bytes with their checksum behind them, as a new array. */
export function withChecksum(body: Uint8Array): Uint8Array {
  const file = new Uint8Array(body.length + CHECKSUM_BYTES);
  file.set(body);
  new DataView(file.buffer).setUint32(body.length, crc32c(body), true);
  return file;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
