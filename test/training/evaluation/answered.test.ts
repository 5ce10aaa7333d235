import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { prepareGrey } from "@radlite/model/input";
import { errorBySureness, estimateRepeated, wilsonInterval } from "@radlite/model/statistics";
import { loadVerdictModel } from "@radlite/model/verdict";
import { type Applicability, applyGate, GATE_SIDE, openGate } from "@radlite/model/verdict/gate";
import type { Evaluation, EvaluationCase } from "@radlite/registry/bundle";
import { listRadiographs } from "@radlite/training/data";
import {
  applyGateToFiles,
  type EvaluationReport,
  formatReport,
  reportEvaluation,
} from "@radlite/training/evaluation";
import { expect, test } from "vitest";
import { openTemporaryFolder } from "../data/folders.ts";
import { sealMeanGrey } from "./models.ts";

const ROOT = join(import.meta.dirname, "../../..");
const RADIOGRAPHS = join(ROOT, "test/fixtures/radiographs");
const GATE = join(ROOT, "registry/shipped/gates/chest-xray.rlg");

/** Six cases: of the two within the band one is wrong, of the four outside of it one. */
const PROBABILITIES: [EvaluationCase["label"], number][] = [
  ["NORMAL", 0.02],
  ["NORMAL", 0.45],
  ["NORMAL", 0.9],
  ["PNEUMONIA", 0.4],
  ["PNEUMONIA", 0.8],
  ["PNEUMONIA", 0.99],
];
const cases = PROBABILITIES.map(([label, probability], at) => ({ sha256: String(at), label, probability }));
const evaluation: Evaluation = {
  formatVersion: 2,
  artifact: "a".repeat(64),
  set: "test",
  images: "b".repeat(64),
  temperature: 2,
  threshold: 0.5,
  thresholdRule: "half",
  engine: "by hand",
  latencyMs: 1,
  eceBefore: 0.2,
  eceAfter: 0.1,
  cases,
};
const review = { coverage: 0.95, halfWidth: 0.75 }; // 0.32 to 0.68
const pointOf = async (calibration: Parameters<typeof sealMeanGrey>[1]) =>
  (await loadVerdictModel(sealMeanGrey({}, calibration))).operatingPoint;

const inside: Applicability = { status: "INSIDE", content: 0, novelty: 0, maybeMirrored: false };
const gate = (found: Applicability[]) => ({ sha256: "c".repeat(64), bytes: 494, found });

test("every key that there was says what it said: figures are of all cases, whatever band and gate do", async () => {
  const plain = reportEvaluation(evaluation, 100);
  const judged = reportEvaluation(evaluation, 100, {
    operatingPoint: await pointOf({ review }),
    gate: gate(cases.map(() => ({ ...inside, status: "OUTSIDE" as const, reason: "INVERTED" as const }))),
  });

  const { review: _, gate: __, ...rest } = judged;
  expect(rest).toEqual(plain);
  expect(judged.n).toBe(6);
  expect(judged.accuracy).toEqual(wilsonInterval(4, 6));
});

test("the band: who is answered, and how well", async () => {
  const { review: found } = reportEvaluation(evaluation, 100, { operatingPoint: await pointOf({ review }) });

  expect(found).toEqual({
    coverage: 0.95,
    band: (await pointOf({ review })).reviewBand,
    answered: {
      n: 4,
      share: wilsonInterval(4, 6),
      error: wilsonInterval(1, 4),
      sensitivity: wilsonInterval(2, 2),
      specificity: wilsonInterval(1, 2),
    },
  });
  expect(reportEvaluation(evaluation, 100, { operatingPoint: await pointOf({}) })).not.toHaveProperty(
    "review",
  );
});

test("the gate: what it refuses and sends to review, the figures of the rest, and of the rest outside the band", async () => {
  const found: Applicability[] = [
    { ...inside, maybeMirrored: true },
    inside,
    { ...inside, status: "OUTSIDE", reason: "NOT_LIKE_TRAINING" },
    inside,
    { ...inside, status: "CAUTION", maybeMirrored: true },
    inside,
  ];
  const { gate: report } = reportEvaluation(evaluation, 100, {
    operatingPoint: await pointOf({ review }),
    gate: gate(found),
  });

  expect(report).toEqual({
    sha256: "c".repeat(64),
    bytes: 494,
    refused: wilsonInterval(1, 6),
    review: wilsonInterval(2, 6),
    answered: {
      n: 3, // 0.45, 0.4 and 0.99
      share: wilsonInterval(3, 6),
      error: wilsonInterval(1, 3),
      sensitivity: wilsonInterval(1, 2),
      specificity: wilsonInterval(1, 1),
    },
    answeredOutsideBand: {
      n: 1,
      share: wilsonInterval(1, 6),
      error: wilsonInterval(0, 1),
      sensitivity: wilsonInterval(1, 1),
      specificity: null,
    },
  });
});

test("a radiograph that is changed twice is one radiograph, and has no sureness of its own", async () => {
  const changed = {
    ...evaluation,
    changes: "d".repeat(64),
    cases: ["darker", "softer"].flatMap((change) => cases.map((one) => ({ ...one, change }))),
  };
  const report = reportEvaluation(changed, 100, { operatingPoint: await pointOf({ review }) });

  expect(report).not.toHaveProperty("abstention");
  expect(report).not.toHaveProperty("eceFloor");
  expect(report.review!.answered).toMatchObject({ n: 8, share: estimateRepeated(8, 12, 2) });
});

test("risk against coverage and the floor stand in the report and on its page", async () => {
  const report: EvaluationReport = reportEvaluation(evaluation, 100, {
    operatingPoint: await pointOf({ review }),
    gate: gate(cases.map(() => inside)),
  });
  const page = formatReport(report);

  expect(report.abstention).toEqual(
    errorBySureness(
      cases.map(({ probability }) => probability),
      [0, 0, 0, 1, 1, 1],
      0.5,
    ),
  );
  expect(page.slice(page.indexOf("\n\nthe surest"))).toMatchInlineSnapshot(`
    "

    the surest cases alone
      100%      6  error 33.3%  (95% interval 9.7 to 70.0)
       95%      6  error 33.3%  (95% interval 9.7 to 70.0)
       90%      5  error 40.0%  (95% interval 11.8 to 76.9)
       80%      5  error 40.0%  (95% interval 11.8 to 76.9)

    review between 0.321 and 0.679, 95% promised
      answered   4, 66.7%  (95% interval 30.0 to 90.3)
                 error        25.0%  (95% interval 4.6 to 69.9)
                 sensitivity  100.0%  (95% interval 34.2 to 100.0)
                 specificity  50.0%  (95% interval 9.5 to 90.5)

    gate cccccccccccc, 494 bytes
      refused    0, 0.0%  (95% interval 0.0 to 39.0)
      to review  0, 0.0%  (95% interval 0.0 to 39.0)
      passed     6, 100.0%  (95% interval 61.0 to 100.0)
                 error        33.3%  (95% interval 9.7 to 70.0)
                 sensitivity  66.7%  (95% interval 20.8 to 93.9)
                 specificity  66.7%  (95% interval 20.8 to 93.9)
      and sure   4, 66.7%  (95% interval 30.0 to 90.3)
                 error        25.0%  (95% interval 4.6 to 69.9)
                 sensitivity  100.0%  (95% interval 34.2 to 100.0)
                 specificity  50.0%  (95% interval 9.5 to 90.5)"
  `);
  expect(page).toContain(
    `after temperature 2: 0.1, and ${Number(report.eceFloor!.toFixed(4))} if it were perfect`,
  );
});

test("a gate sees each file as serving shows it", async () => {
  const folder = await openTemporaryFolder();
  for (const [name, label] of [
    ["IM-0115-0001.jpeg", "NORMAL"],
    ["person1_bacteria_1.jpeg", "PNEUMONIA"],
  ] as const) {
    await folder.write(`test/${label}/${name}`, await readFile(join(RADIOGRAPHS, name)));
  }
  const { images } = await listRadiographs(folder.path, "test");
  const opened = openGate(await readFile(GATE));

  const found = await applyGateToFiles(opened, images);

  const size = { width: GATE_SIDE, height: GATE_SIDE, trim: true as const };
  for (const [at, { path }] of images.entries()) {
    const { raster, step } = await prepareGrey(await readFile(path), size);
    expect(found[at]).toEqual(applyGate(opened, { pixels: raster.pixels, step }));
  }
  expect(found).toHaveLength(2);
  await folder.remove();
});
