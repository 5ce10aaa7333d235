/** A judgement, and clock and chance that stand still: the same reports every time. */
import type { Circumstances, Judgement } from "@radlite/model/report";
import { wilsonInterval } from "@radlite/model/statistics";
import { type Attributes, film, ramp, words } from "../input/dicom/writer.ts";

export const JUDGEMENT: Judgement = {
  decision: {
    verdict: "PNEUMONIA",
    probability: 0.9314159,
    review: [],
    applicability: {
      ...{ status: "INSIDE", content: -3.1, novelty: 1.2 },
      gate: { sha256: "fedcba9876543210".repeat(4), bytes: 494 },
    },
    operatingPoint: {
      threshold: 0.4375,
      rule: "youden",
      on: "VALIDATION",
      sensitivity: wilsonInterval(95, 100),
      specificity: wilsonInterval(90, 100),
    },
  },
  population: "children of one to five years, one hospital",
  model: { name: "chest-xray", version: 7, sha256: "0123456789abcdef".repeat(4) },
};

export const TO_REVIEW: Judgement = {
  ...JUDGEMENT,
  decision: {
    ...JUDGEMENT.decision,
    ...{ verdict: "NEEDS_REVIEW", probability: 0.5, review: ["LOW_CONFIDENCE", "UNFAMILIAR_PICTURE"] },
  },
};

/** 88x80 of grey. */
export const VIEW = {
  width: 88,
  height: 80,
  pixels: Uint8Array.from({ length: 88 * 80 }, (_, at) => at % 251),
};

export function standingStill(): Circumstances {
  let next = 0;
  return {
    now: new Date("2026-11-30T23:30:15.678Z"),
    randomBytes: (count) => Uint8Array.from({ length: count }, () => next++ % 256),
  };
}

/** A film with all that a report takes over, and nothing else that names anybody. */
export function identifiedFilm(over: Attributes = {}): Attributes {
  return film({
    "UI 00080018": "1.2.3.4",
    "DA 00080020": "20260102",
    "TM 00080030": "030405.5",
    "SH 00080050": "ACC-1",
    "PN 00100010": "Doe^Jane",
    "LO 00100020": "MRN-17",
    "LO 00100021": "Issuer",
    "DA 00100030": "20200304",
    "CS 00100040": "F",
    "UI 0020000D": "1.2.3.1",
    "UI 0020000E": "1.2.3.2",
    "SH 00200010": "STUDY-9",
    "OW 7FE00010": words(ramp(1024, (i) => i * 4)),
    ...over,
  });
}
