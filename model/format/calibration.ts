/**
 * The sealed section of calibration and threshold, 64 bytes at most with its tag and length.
 *
 * Bytes: temperature, threshold, AUC (float32 each) · rule · target in millionths, for a sensitivity rule ·
 * confusion as four varints: true positives, false negatives, true negatives, false positives.
 */
import { RadliteError } from "@radlite/model/errors";
import { type ByteReader, createByteWriter } from "./byte-stream.ts";
import type { Calibration, ThresholdRule } from "./sealed.ts";

/** Codes are final. */
const RULE_CODES = { half: 0, youden: 1, sensitivity: 2 } as const satisfies Record<
  ThresholdRule["kind"],
  number
>;

const TARGET_UNIT = 1_000_000;
const MAX_CASES = 2 ** 32 - 1;

/**
 * The section's bytes.
 * @throws BAD_INPUT where a number is out of range, or temperature or threshold is no float32: rounding here
 * would move the threshold away from the one that the confusion was counted at.
 */
export function encodeCalibration(calibration: Calibration): Uint8Array {
  validateCalibration(calibration);
  const { temperature, threshold, thresholdRule, validation, validationAuc } = calibration;
  const writer = createByteWriter();
  writer.float32(temperature);
  writer.float32(threshold);
  writer.float32(validationAuc);
  writer.byte(RULE_CODES[thresholdRule.kind]);
  if (thresholdRule.kind === "sensitivity") writer.varint(Math.round(thresholdRule.target * TARGET_UNIT));
  writer.varint(validation.truePositives);
  writer.varint(validation.falseNegatives);
  writer.varint(validation.trueNegatives);
  writer.varint(validation.falsePositives);
  return writer.finish();
}

/** @throws BAD_ARTIFACT where bytes are missing, left over or mean nothing, BAD_INPUT for numbers out of range. */
export function decodeCalibration(reader: ByteReader): Calibration {
  const what = "calibration";
  const temperature = reader.float32(what);
  const threshold = reader.float32(what);
  const validationAuc = reader.float32(what);
  const thresholdRule = readRule(reader);
  const validation = {
    truePositives: reader.varint(what),
    falseNegatives: reader.varint(what),
    trueNegatives: reader.varint(what),
    falsePositives: reader.varint(what),
  };
  if (reader.remaining > 0)
    throw new RadliteError(
      "BAD_ARTIFACT",
      `model file has ${reader.remaining} bytes too many in its calibration`,
    );
  const calibration = { temperature, threshold, thresholdRule, validation, validationAuc };
  validateCalibration(calibration);
  return calibration;
}

function readRule(reader: ByteReader): ThresholdRule {
  const code = reader.byte("threshold rule");
  if (code === RULE_CODES.half) return { kind: "half" };
  if (code === RULE_CODES.youden) return { kind: "youden" };
  if (code === RULE_CODES.sensitivity)
    return { kind: "sensitivity", target: reader.varint("target sensitivity") / TARGET_UNIT };
  throw new RadliteError(
    "BAD_ARTIFACT",
    `model file has threshold rule ${code}, which this version does not know`,
  );
}

function validateCalibration({
  temperature,
  threshold,
  thresholdRule,
  validation,
  validationAuc,
}: Calibration): void {
  if (!(temperature > 0) || !isFloat32(temperature))
    refuse("temperature", temperature, "a positive float32 (round it with Math.fround)");
  if (!isFraction(threshold) || !isFloat32(threshold))
    refuse("threshold", threshold, "a float32 from 0 to 1 (round it with Math.fround)");
  if (!isFraction(validationAuc)) refuse("validation AUC", validationAuc, "a number from 0 to 1");
  if (!(thresholdRule.kind in RULE_CODES))
    refuse("threshold rule", thresholdRule.kind, Object.keys(RULE_CODES).join(", "));
  if (thresholdRule.kind === "sensitivity") {
    const millionths = thresholdRule.target * TARGET_UNIT;
    const isExact = Math.abs(millionths - Math.round(millionths)) < 1e-6;
    if (!isExact || !(millionths > 0) || millionths > TARGET_UNIT) {
      refuse(
        "target sensitivity",
        thresholdRule.target,
        "a number above 0 and up to 1 with at most six decimals",
      );
    }
  }
  for (const [name, count] of Object.entries(validation)) {
    if (!Number.isInteger(count) || count < 0 || count > MAX_CASES) refuse(name, count, "a count of cases");
  }
}

function isFraction(value: number): boolean {
  return value >= 0 && value <= 1;
}

function isFloat32(value: number): boolean {
  return Number.isFinite(value) && Math.fround(value) === value;
}

function refuse(name: string, value: unknown, expected: string): never {
  throw new RadliteError("BAD_INPUT", `calibration has ${value} as ${name}, expected ${expected}`);
}
