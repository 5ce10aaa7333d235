/**
 * A verdict as a Comprehensive SR (PS3.3, A.35.3) after TID 1500, Imaging Measurement Report: one group of TID 1501
 * with the finding, its certainty and the probability behind it, the algorithm by name, version and digest (TID 4019),
 * and the image that it is about; and one of TID 1410 with the box of what the network leaned on, where it can say so.
 */
import type { Box } from "@radlite/model/verdict";
import { type Attributes, writeFile } from "./elements.ts";
import {
  type Circumstances,
  type Code,
  coded,
  createUid,
  frameOf,
  type Judgement,
  reference,
  remarksOn,
} from "./frame.ts";
import type { ReportSource } from "./source.ts";

const COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33";

const FINDINGS: Readonly<Record<Judgement["decision"]["verdict"], Code>> = {
  PNEUMONIA: ["233604007", "SCT", "Pneumonia"],
  NORMAL: ["17621005", "SCT", "Normal"],
  NEEDS_REVIEW: ["373068000", "SCT", "Undetermined"],
};

const PERCENT: Code = ["%", "UCUM", "Percent"];
const UNITY: Code = ["1", "UCUM", "no units"];
/** No scheme of codes has it. */
const PROBABILITY: Code = ["PNEUMONIA-P", "99RADLITE", "Probability of pneumonia"];

type Relation = "CONTAINS" | "HAS CONCEPT MOD" | "HAS OBS CONTEXT" | "SELECTED FROM";

export function writeStructuredReport(
  source: ReportSource,
  judgement: Judgement,
  circumstances: Circumstances,
): Uint8Array {
  const { sopClass, sopInstance } = source.image;
  return writeFile({
    ...frameOf(source, circumstances, {
      sopClass: COMPREHENSIVE_SR,
      modality: "SR",
      title: "Radlite verdict, research use only",
      seriesNumber: "9001",
    }),
    "0008,1111": ["SQ", []], // performed procedure step
    "0040,a372": ["SQ", []], // performed procedure
    "0040,a375": [
      "SQ",
      [
        {
          "0008,1115": [
            "SQ",
            [
              {
                "0008,1199": ["SQ", [reference(sopClass, sopInstance)]],
                "0020,000e": ["UI", source.series],
              },
            ],
          ],
          "0020,000d": ["UI", source.study],
        },
      ],
    ], // evidence
    "0040,a491": ["CS", "COMPLETE"],
    "0040,a493": ["CS", "UNVERIFIED"],
    ...container(
      ["126000", "DCM", "Imaging Measurement Report"],
      [
        code(
          "HAS CONCEPT MOD",
          ["121049", "DCM", "Language of Content Item and Descendants"],
          [...(["en", "RFC5646", "English"] as const)],
        ),
        ...observer(judgement, circumstances),
        code(
          "HAS CONCEPT MOD",
          ["121058", "DCM", "Procedure reported"],
          [...(["399208008", "SCT", "Plain chest X-ray"] as const)],
        ),
        {
          ...item("CONTAINS", "CONTAINER"),
          ...container(
            ["126010", "DCM", "Imaging Measurements"],
            [
              {
                ...item("CONTAINS", "CONTAINER"),
                ...container(
                  ["125007", "DCM", "Measurement Group"],
                  describeVerdict(source, judgement, circumstances),
                ),
              },
              ...(judgement.box ? [describeBox(source, judgement.box, circumstances)] : []),
            ],
          ),
        },
      ],
    ),
    "0040,a504": ["SQ", [{ "0008,0105": ["CS", "DCMR"], "0040,db00": ["CS", "1500"] }]],
  });
}

/** TID 1002 and 1004: a device. */
function observer({ model }: Judgement, circumstances: Circumstances): Attributes[] {
  return [
    code("HAS OBS CONTEXT", ["121005", "DCM", "Observer Type"], ["121007", "DCM", "Device"]),
    uid("HAS OBS CONTEXT", ["121012", "DCM", "Device Observer UID"], createUid(circumstances)),
    text("HAS OBS CONTEXT", ["121013", "DCM", "Device Observer Name"], "Radlite"),
    text("HAS OBS CONTEXT", ["121015", "DCM", "Device Observer Model Name"], model.name),
  ];
}

/**
 * TID 1501. The certainty is that of the finding which is named, and there is none where a person should look; the
 * probability is always that of pneumonia.
 */
function describeVerdict(
  { image }: ReportSource,
  judgement: Judgement,
  circumstances: Circumstances,
): Attributes[] {
  const { decision, model } = judgement;
  const { verdict, probability, operatingPoint, review, applicability } = decision;
  const certainty = verdict === "PNEUMONIA" ? probability : 1 - probability;
  return [
    text("HAS OBS CONTEXT", ["112039", "DCM", "Tracking Identifier"], "Radlite verdict"),
    uid("HAS OBS CONTEXT", ["112040", "DCM", "Tracking Unique Identifier"], createUid(circumstances)),
    text("HAS CONCEPT MOD", ["111001", "DCM", "Algorithm Name"], model.name),
    text(
      "HAS CONCEPT MOD",
      ["111003", "DCM", "Algorithm Version"],
      model.version === undefined ? "not registered" : String(model.version),
    ),
    ...[
      `sha256=${model.sha256}`,
      `threshold=${operatingPoint.threshold}`,
      `threshold rule=${operatingPoint.rule}`,
      `applicability=${applicability.status}`,
      ...(applicability.gate ? [`gate sha256=${applicability.gate.sha256}`] : []),
      ...(review.length > 0 ? [`review=${review.join(",")}`] : []),
    ].map((parameter) => text("HAS CONCEPT MOD", ["111002", "DCM", "Algorithm Parameters"], parameter)),
    code("CONTAINS", ["121071", "DCM", "Finding"], FINDINGS[verdict]),
    {
      ...item("CONTAINS", "IMAGE"),
      ...named(["121112", "DCM", "Source of Measurement"]),
      "0008,1199": ["SQ", [reference(image.sopClass, image.sopInstance)]],
    },
    ...(verdict === "NEEDS_REVIEW"
      ? []
      : [measure(["111012", "DCM", "Certainty of Finding"], 100 * certainty, PERCENT)]),
    measure(PROBABILITY, probability, UNITY),
    text("CONTAINS", ["121106", "DCM", "Comment"], remarksOn(judgement).join(" ")),
  ];
}

/** TID 1410 without measurements: what the network leaned on most is no finding. Corners of pixels; PS3.3, C.18.6.1. */
function describeBox(
  { image }: ReportSource,
  { x, y, width, height }: Box,
  circumstances: Circumstances,
): Attributes {
  const [right, bottom] = [x + width, y + height];
  const closed = Float32Array.of(...[x, y], ...[right, y], ...[right, bottom], ...[x, bottom], ...[x, y]);
  const source = {
    ...item("SELECTED FROM", "IMAGE"),
    "0008,1199": ["SQ", [reference(image.sopClass, image.sopInstance)]],
  } satisfies Attributes;
  return {
    ...item("CONTAINS", "CONTAINER"),
    ...container(
      ["125007", "DCM", "Measurement Group"],
      [
        text("HAS OBS CONTEXT", ["112039", "DCM", "Tracking Identifier"], "Radlite activation map, its box"),
        uid("HAS OBS CONTEXT", ["112040", "DCM", "Tracking Unique Identifier"], createUid(circumstances)),
        {
          ...item("CONTAINS", "SCOORD"),
          ...named(["111030", "DCM", "Image Region"]),
          "0070,0022": ["FL", new Uint8Array(closed.buffer)], // of a machine that is little endian
          "0070,0023": ["CS", "POLYLINE"],
          "0040,a730": ["SQ", [source]],
        },
      ],
    ),
  };
}

const item = (relation: Relation, type: string): Attributes => ({
  "0040,a010": ["CS", relation],
  "0040,a040": ["CS", type],
});

const named = (name: Code): Attributes => ({ "0040,a043": ["SQ", [coded(name)]] });

const container = (name: Code, content: readonly Attributes[]): Attributes => ({
  ...named(name),
  "0040,a040": ["CS", "CONTAINER"],
  "0040,a050": ["CS", "SEPARATE"],
  "0040,a730": ["SQ", content],
});

const code = (relation: Relation, name: Code, value: Code): Attributes => ({
  ...item(relation, "CODE"),
  ...named(name),
  "0040,a168": ["SQ", [coded(value)]],
});

const text = (relation: Relation, name: Code, value: string): Attributes => ({
  ...item(relation, "TEXT"),
  ...named(name),
  "0040,a160": ["UT", value],
});

const uid = (relation: Relation, name: Code, value: string): Attributes => ({
  ...item(relation, "UIDREF"),
  ...named(name),
  "0040,a124": ["UI", value],
});

/** A number has at most 16 letters. */
const measure = (name: Code, value: number, units: Code): Attributes => ({
  ...item("CONTAINS", "NUM"),
  ...named(name),
  "0040,a300": [
    "SQ",
    [{ "0040,08ea": ["SQ", [coded(units)]], "0040,a30a": ["DS", String(Number(value.toFixed(6)))] }],
  ],
});
