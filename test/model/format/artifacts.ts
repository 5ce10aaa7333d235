/** What tests of the file share: a calibration, the checksum, and the error that a bad file gives. */
import { Crc32c } from "@aws-crypto/crc32c";
import type { Calibration } from "@radlite/model/format";
import { expect } from "vitest";

export const BAD_ARTIFACT = expect.objectContaining({ name: "RadliteError", code: "BAD_ARTIFACT" });
export const BAD_INPUT = expect.objectContaining({ name: "RadliteError", code: "BAD_INPUT" });

export const CALIBRATION: Calibration = {
  temperature: Math.fround(1.37),
  threshold: Math.fround(0.731),
  thresholdRule: { kind: "sensitivity", target: 0.95 },
  validation: { truePositives: 380, falseNegatives: 20, trueNegatives: 101, falsePositives: 33 },
  validationAuc: Math.fround(0.9934),
};

/** The bytes with their last four set to the CRC-32C of the others: what a forger would do. */
export function withRepairedChecksum(bytes: Uint8Array): Uint8Array {
  const repaired = Uint8Array.from(bytes);
  const body = repaired.subarray(0, repaired.length - 4);
  new DataView(repaired.buffer).setUint32(body.length, new Crc32c().update(body).digest(), true);
  return repaired;
}

/** The file with more bytes between its network or sections and its checksum. */
export function withSection(bytes: Uint8Array, section: number[]): Uint8Array {
  return withRepairedChecksum(Uint8Array.of(...bytes.subarray(0, bytes.length - 4), ...section, 0, 0, 0, 0));
}
