/**
 * What reports share: the judgement that they state, clock and chance as arguments, identifiers, and the attributes
 * of patient, study, series and maker.
 */
import { type Box, type Decision, describeReview, NOTICE, UNKNOWN_IN_WORDS } from "@radlite/model/verdict";
import type { Attributes } from "./elements.ts";
import type { ReportSource } from "./source.ts";

export interface Judgement {
  decision: Pick<Decision, "verdict" | "probability" | "operatingPoint" | "review" | "applicability">;
  model: {
    name: string;
    /** Of a registered one. */
    version?: number;
    /** Of the sealed file. */
    sha256: string;
  };
  /** Whom the gate's data set shows; absent where there is no gate. */
  population?: string | undefined;
  /** What of the film the network leaned on most, in its pixels; absent where it cannot say. */
  box?: Box | undefined;
}

/** What must be read with the verdict, a sentence each: why a person should look, whom the model knows, the notice. */
export function remarksOn({ decision, population }: Judgement): string[] {
  const { review, applicability } = decision;
  return [
    ...(review.length > 0 ? [`${capitalise(describeReview(decision))}.`] : []),
    ...(applicability.status === "UNKNOWN" ? [`${capitalise(UNKNOWN_IN_WORDS)}.`] : []),
    ...(population === undefined ? [] : [`For radiographs of ${population}.`]),
    NOTICE,
  ];
}

const capitalise = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

export interface Circumstances {
  now: Date;
  /** Sixteen of them for each identifier. */
  randomBytes: (count: number) => Uint8Array;
}

/** An identifier under 2.25: a random UUID (RFC 9562, version 4) as one whole number. PS3.5, B.2. */
export function createUid({ randomBytes }: Pick<Circumstances, "randomBytes">): string {
  const bytes = Uint8Array.from(randomBytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${Buffer.from(bytes).toString("hex")}`)}`;
}

export const reference = (sopClass: string, sopInstance: string): Attributes => ({
  "0008,1150": ["UI", sopClass],
  "0008,1155": ["UI", sopInstance],
});

/** A concept: its value in a scheme of codes, and what people call it. */
export type Code = readonly [value: string, scheme: string, meaning: string];

export const coded = ([value, scheme, meaning]: Code): Attributes => ({
  "0008,0100": ["SH", value],
  "0008,0102": ["SH", scheme],
  "0008,0104": ["LO", meaning],
});

export interface Kind {
  sopClass: string;
  modality: string;
  /** Of the series, which holds this one object. */
  title: string;
  seriesNumber: string;
}

/** Everything but what the object says or shows. Times are the study's own where it names their offset, else UTC. */
export function frameOf(source: ReportSource, { now, randomBytes }: Circumstances, kind: Kind): Attributes {
  const local = new Date(now.getTime() + (source.offsetMinutes ?? 0) * 60_000).toISOString();
  const date = local.slice(0, 10).replaceAll("-", "");
  const time = local.slice(11, 19).replaceAll(":", "");
  return {
    ...source.subject,
    "0008,0005": ["CS", "ISO_IR 192"],
    "0008,0012": ["DA", date],
    "0008,0013": ["TM", time],
    "0008,0016": ["UI", kind.sopClass],
    "0008,0018": ["UI", createUid({ randomBytes })],
    "0008,0023": ["DA", date],
    "0008,0033": ["TM", time],
    "0008,0060": ["CS", kind.modality],
    "0008,0070": ["LO", "Radlite"],
    "0008,0090": ["PN", ""], // who referred the patient: asked for, and no business of a report's
    "0008,103e": ["LO", kind.title],
    "0020,000e": ["UI", createUid({ randomBytes })],
    "0020,0011": ["IS", kind.seriesNumber],
    "0020,0013": ["IS", "1"],
  };
}
