/** Reports in other hands: dciodvfy finds no error, pydicom and highdicom read what was meant. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeRadiograph } from "@radlite/model/input";
import { type Judgement, readSource, writeCapture, writeStructuredReport } from "@radlite/model/report";
import { tint } from "@radlite/model/verdict";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PYDICOM_PYTHON, providePydicom } from "../../../scripts/pydicom.mjs";
import { DCIODVFY, HIGHDICOM_PYTHON, provideReportTools } from "../../../scripts/report-tools.mjs";
import { JUDGEMENT, standingStill, TO_REVIEW } from "./samples.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/dicom");
const READER = join(import.meta.dirname, "read.py");

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "radlite-report-"));
  await providePydicom();
  await provideReportTools();
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(name: string, judgement: Judgement = JUDGEMENT, isColoured = false) {
  const bytes = readFileSync(join(FIXTURES, name));
  const [source, picture] = [await readSource(bytes), await decodeRadiograph(bytes)];
  const view = { ...picture, pixels: Uint8Array.from(picture.pixels, Math.round) };
  const bands = isColoured ? view.pixels.map((_, at) => at % 4) : undefined;
  const [report, capture] = [join(folder, "report.dcm"), join(folder, "capture.dcm")];
  writeFileSync(report, writeStructuredReport(source, judgement, standingStill()));
  writeFileSync(capture, writeCapture(source, judgement, { view, bands }, standingStill()));
  return { report, capture, picture };
}

const check = (path: string): string => spawnSync(DCIODVFY, [path], { encoding: "utf8" }).stderr;

const run = (python: string, ...args: string[]): string =>
  execFileSync(python, [READER, ...args], { encoding: "utf8" });

/** One name each: explicit, implicit, big endian, deflated, and one whose pixels are lossy. */
const FILES = ["explicit-8.dcm", "implicit-12.dcm", "big-endian-12.dcm", "deflated-12.dcm", "jpeg-8.dcm"];

describe.each(FILES)("%s", (name) => {
  test("dciodvfy finds no error, and can find one", async () => {
    const { report, capture } = await write(name);
    expect(check(report)).toContain("ComprehensiveSR");
    expect(check(report)).not.toMatch(/^Error/m);
    expect(check(capture)).toContain("SCImage");
    expect(check(capture)).not.toMatch(/^Error/m);

    const broken = Buffer.from(readFileSync(report));
    broken.write("COMPLEAT", broken.indexOf("COMPLETE"));
    writeFileSync(report, broken);
    expect(check(report)).toMatch(/^Error/m);
  });

  test("pydicom reads patient and study of the film, and the picture in its frame", async () => {
    const { report, capture, picture } = await write(name);
    const about = {
      PatientName: "Planted^Name",
      PatientID: "PLANTED-ID",
      PatientBirthDate: "20190203",
      PatientSex: "F",
      StudyDate: "20230405",
      AccessionNumber: "PLANTED-NO",
      StudyInstanceUID: "2.25.305828488182831875890203105390285383.2",
      SpecificCharacterSet: "ISO_IR 192",
      ReferringPhysicianName: "",
      TransferSyntax: "1.2.840.10008.1.2.1",
    };
    expect(JSON.parse(run(PYDICOM_PYTHON, report))).toMatchObject({ ...about, Modality: "SR" });
    const read = JSON.parse(run(PYDICOM_PYTHON, capture));
    expect(read).toMatchObject({ ...about, Modality: "OT", Rows: "80", Columns: "88" });
    expect(read.ImageComments).toBe(
      "PNEUMONIA, probability of pneumonia 0.931, chest-xray version 7. For radiographs of children of one to five years, one hospital. Research use only. Not a medical device.",
    );
    expect(read.LossyImageCompression).toBe(name === "jpeg-8.dcm" ? "01" : undefined);
    expect(read.Pixels[3]).toEqual(new Array(88).fill(255));
    const [x, y] = [31, 17];
    expect(read.Pixels[y + 4][x + 4]).toBe(Math.round(picture.pixels[y * 80 + x]!));
  });
});

describe("what the network leaned on", () => {
  const BOX = { x: 3, y: 5, width: 40, height: 20 };

  test("in colour over the film: dciodvfy finds no error, pydicom reads the colours in their frame", async () => {
    const { capture, picture } = await write("explicit-8.dcm", JUDGEMENT, true);
    expect(check(capture)).toContain("SCImage");
    expect(check(capture)).not.toMatch(/^Error/m);
    const read = JSON.parse(run(PYDICOM_PYTHON, capture));
    expect(read).toMatchObject({ Rows: "80", Columns: "88", PhotometricInterpretation: "RGB" });
    expect(read.DerivationDescription).toMatch(/0\.9, 0\.99, 0\.999 and more; coarse/);
    expect(read.Pixels[3]).toEqual(new Array(88).fill([255, 255, 255]));
    for (const [x, y] of [
      [0, 0],
      [31, 17],
      [79, 71],
    ] as const) {
      const at = y * 80 + x;
      expect(read.Pixels[y + 4][x + 4]).toEqual(tint(Math.round(picture.pixels[at]!), at % 4));
    }
  });

  test("as a box in the report: dciodvfy finds no error, highdicom reads a closed line about it", async () => {
    const { report } = await write("explicit-8.dcm", { ...JUDGEMENT, box: BOX });
    expect(check(report)).not.toMatch(/^Error/m);
    expect(JSON.parse(run(HIGHDICOM_PYTHON, "--regions", report))).toEqual([
      {
        identifier: "Radlite activation map, its box",
        type: "POLYLINE",
        points: [
          [3, 5],
          [43, 5],
          [43, 25],
          [3, 25],
          [3, 5],
        ],
        sources: ["2.25.305828488182831875890203105390285383.1"],
      },
    ]);
    expect(JSON.parse(run(HIGHDICOM_PYTHON, "--sr", report))).toHaveLength(1);
  });

  test("is in neither where the model cannot say", async () => {
    const { report, capture } = await write("explicit-8.dcm");
    expect(JSON.parse(run(HIGHDICOM_PYTHON, "--regions", report))).toEqual([]);
    expect(JSON.parse(run(PYDICOM_PYTHON, capture)).PhotometricInterpretation).toBe("MONOCHROME2");
  });
});

describe("highdicom reads", () => {
  test("a pneumonia: finding, certainty, probability, image, observer, algorithm", async () => {
    const { report } = await write("explicit-8.dcm");
    expect(JSON.parse(run(HIGHDICOM_PYTHON, "--sr", report))).toEqual([
      {
        finding: "Pneumonia",
        sources: ["2.25.305828488182831875890203105390285383.1"],
        measurements: {
          "Certainty of Finding": [93.14159, "%"],
          "Probability of pneumonia": [0.931416, "1"],
        },
        observer: ["Radlite"],
        texts: [
          ["Tracking Identifier", "Radlite verdict"],
          ["Algorithm Name", "chest-xray"],
          ["Algorithm Version", "7"],
          ["Algorithm Parameters", `sha256=${"0123456789abcdef".repeat(4)}`],
          ["Algorithm Parameters", "threshold=0.4375"],
          ["Algorithm Parameters", "threshold rule=youden"],
          ["Algorithm Parameters", "applicability=INSIDE"],
          ["Algorithm Parameters", `gate sha256=${"fedcba9876543210".repeat(4)}`],
          [
            "Comment",
            "For radiographs of children of one to five years, one hospital. Research use only. Not a medical device.",
          ],
        ],
      },
    ]);
  });

  test("a normal: as certain as pneumonia is improbable", async () => {
    const normal = { ...JUDGEMENT.decision, verdict: "NORMAL" as const, probability: 0.02 };
    const { report } = await write("explicit-8.dcm", { ...JUDGEMENT, decision: normal });
    expect(JSON.parse(run(HIGHDICOM_PYTHON, "--sr", report))).toMatchObject([
      {
        finding: "Normal",
        measurements: { "Certainty of Finding": [98, "%"], "Probability of pneumonia": [0.02, "1"] },
      },
    ]);
  });

  test("what a person should look at: no finding and no certainty, and why", async () => {
    const { report, capture } = await write("explicit-8.dcm", TO_REVIEW);
    const [group] = JSON.parse(run(HIGHDICOM_PYTHON, "--sr", report));
    expect(group).toMatchObject({
      finding: "Undetermined",
      measurements: { "Probability of pneumonia": [0.5, "1"] },
    });
    expect(Object.keys(group.measurements)).toEqual(["Probability of pneumonia"]);
    expect(group.texts).toContainEqual(["Algorithm Parameters", "review=LOW_CONFIDENCE,UNFAMILIAR_PICTURE"]);
    const said =
      "A person should look: the probability is too close to the threshold; the picture is hardly like those that the model is for.";
    expect(group.texts.at(-1)).toEqual(["Comment", expect.stringMatching(new RegExp(`^${said}`))]);
    expect(readFileSync(capture).toString("latin1")).toContain(
      `NEEDS_REVIEW, probability of pneumonia 0.500, chest-xray version 7. ${said}`,
    );
    for (const path of [report, capture]) expect(check(path)).not.toMatch(/^Error/m);
  });
});

test("names in every character set that pydicom has files of are read as pydicom reads them", async () => {
  const names: [string, string][] = run(PYDICOM_PYTHON, "--names")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(names.length).toBeGreaterThanOrEqual(15);
  for (const [path, expected] of names) {
    const { subject } = await readSource(readFileSync(path));
    expect(String(subject["0010,0010"]![1]).replace(/=+$/, ""), path).toBe(expected);
  }
});
