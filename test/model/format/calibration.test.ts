import { type Calibration, describeParts, encodeNetwork, LIMITS, open, seal } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomNetwork } from "../networks.ts";
import { BAD_ARTIFACT, BAD_INPUT, CALIBRATION, withRepairedChecksum, withSection } from "./artifacts.ts";

const network = encodeNetwork(randomNetwork(1));
const sealedBytes = (calibration: Calibration): number =>
  describeParts(seal(network, calibration)).find((part) => part.name === "calibration")!.bytes;

const fraction = fc.float({ min: 0, max: 1, noNaN: true });
const count = fc.nat(0xffffffff);
const calibrations: fc.Arbitrary<Calibration> = fc.record({
  temperature: fc.float({ min: Math.fround(1e-3), max: 100, noNaN: true }),
  threshold: fraction,
  thresholdRule: fc.oneof(
    fc.constant({ kind: "half" as const }),
    fc.constant({ kind: "youden" as const }),
    fc
      .integer({ min: 1, max: 1_000_000 })
      .map((millionths) => ({ kind: "sensitivity" as const, target: millionths / 1_000_000 })),
  ),
  validation: fc.record({
    truePositives: count,
    falseNegatives: count,
    trueNegatives: count,
    falsePositives: count,
  }),
  validationAuc: fraction,
});

test("calibrations come back equal, in 64 bytes at most", () => {
  fc.assert(
    fc.property(calibrations, (calibration) => {
      expect(open(seal(network, calibration)).calibration).toEqual(calibration);
      expect(sealedBytes(calibration)).toBeLessThanOrEqual(LIMITS.calibrationBytes);
    }),
    { numRuns: 200, seed: 10 },
  );
});

test("the section of a usual calibration, byte by byte", () => {
  const bytes = seal(network, { ...CALIBRATION, temperature: 1.5, threshold: 0.5, validationAuc: 0.75 });

  expect([...bytes.subarray(network.length - 4, -4)]).toEqual([
    ...[0x02, 0x15], // tag, 21 bytes
    ...[0x00, 0x00, 0xc0, 0x3f, 0x00, 0x00, 0x00, 0x3f, 0x00, 0x00, 0x40, 0x3f], // 1.5, 0.5, 0.75
    ...[0x02, 0xf0, 0xfd, 0x39], // sensitivity, 950,000 millionths
    ...[0xfc, 0x02, 0x14, 0x65, 0x21], // 380, 20, 101, 33
  ]);
});

test.each<[string, Partial<Calibration>]>([
  ["a temperature of zero", { temperature: 0 }],
  ["a temperature that is no float32", { temperature: 1.1 }],
  ["an infinite temperature", { temperature: Number.POSITIVE_INFINITY }],
  ["a threshold over 1", { threshold: 1.5 }],
  ["a threshold that is no float32", { threshold: 0.7 }],
  ["a threshold that is no number", { threshold: Number.NaN }],
  ["a rule nobody knows", { thresholdRule: { kind: "best" } as never }],
  ["a target over 1", { thresholdRule: { kind: "sensitivity", target: 1.01 } }],
  ["a target of zero", { thresholdRule: { kind: "sensitivity", target: 0 } }],
  ["a target of seven decimals", { thresholdRule: { kind: "sensitivity", target: 0.9500001 } }],
  ["half a case", { validation: { ...CALIBRATION.validation, truePositives: 0.5 } }],
  ["fewer than no cases", { validation: { ...CALIBRATION.validation, falsePositives: -1 } }],
  ["an AUC over 1", { validationAuc: 2 }],
])("%s is a BAD_INPUT", (_, change) => {
  expect(() => seal(network, { ...CALIBRATION, ...change })).toThrow(BAD_INPUT);
});

test("a forged section is a BAD_ARTIFACT", () => {
  const sealed = seal(network, CALIBRATION);
  const [start, end] = [network.length - 4, sealed.length - 4];
  const content = [...sealed.subarray(start + 2, end)];
  const forged = (position: number, value: number): Uint8Array => {
    const bytes = Uint8Array.from(sealed);
    bytes[start + 2 + position] = value;
    return withRepairedChecksum(bytes);
  };

  expect(open(withSection(network, [2, content.length, ...content])).calibration).toEqual(CALIBRATION);
  expect(() => open(withSection(network, [2, content.length + 1, ...content, 0]))).toThrow(
    "1 bytes too many in its calibration",
  );
  expect(() => open(withSection(network, [2, content.length - 1, ...content.slice(1)]))).toThrow(
    BAD_ARTIFACT,
  );
  expect(() =>
    open(withSection(network, [2, 63, ...content, ...new Array(63 - content.length).fill(0)])),
  ).toThrow("section 2 of 65 bytes, expected at most 64");
  expect(() => open(forged(3, 0xff))).toThrow("does not open: calibration has");
  expect(() => open(forged(12, 9))).toThrow("threshold rule 9, which this version does not know");
});
