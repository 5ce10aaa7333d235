import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { prepareInput } from "@radlite/model/input";
import { judge, loadVerdictModel } from "@radlite/model/verdict";
import {
  evaluateFolder,
  formatReport,
  formatScores,
  reportEvaluation,
  summariseReport,
} from "@radlite/training/evaluation";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTemporaryFolder, type TemporaryFolder } from "../data/folders.ts";
import { encodeMeanGrey, sealMeanGrey } from "./models.ts";

const hash = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/** A PNG whose mean is this grey level: every row rises from 32 levels below it to 32 above. */
const ramp = (level: number) =>
  sharp(
    Uint8Array.from({ length: 65 * 40 }, (_, i) => level - 32 + (i % 65)),
    { raw: { width: 65, height: 40, channels: 1 } },
  )
    .png()
    .toBuffer();

/** The model's own arithmetic: slope 8, temperature as given. */
const probabilityOf = (level: number, temperature: number) =>
  1 / (1 + Math.exp((-8 * (level / 127.5 - 1)) / temperature));

describe("evaluating a folder", () => {
  let folder: TemporaryFolder;
  let options: { cacheFolder: string };
  // NORMAL darker than 127.5 and PNEUMONIA brighter are right: one of each is wrong.
  const levels = { NORMAL: [60, 90, 120, 140], PNEUMONIA: [100, 150, 170, 200, 220] };

  beforeEach(async () => {
    folder = await openTemporaryFolder();
    options = { cacheFolder: join(folder.path, "cache") };
    for (const label of ["NORMAL", "PNEUMONIA"] as const) {
      for (const level of levels[label])
        await folder.write(`test/${label}/grey ${level}.png`, await ramp(level));
    }
  });
  afterEach(() => folder.remove());

  it("gives each case the probability that the arithmetic of the file says", async () => {
    const { evaluation, images } = await evaluateFolder(sealMeanGrey(), folder.path, options);

    expect(evaluation.cases).toHaveLength(9);
    for (const [at, { probability, label, sha256 }] of evaluation.cases.entries()) {
      const level = Number(/grey (\d+)/.exec(images[at]!.file)![1]);
      expect(probability).toBeCloseTo(probabilityOf(level, 2), 5);
      expect(levels[label]).toContain(level);
      expect(sha256).toBe(hash(await ramp(level)));
    }
    expect(evaluation).toMatchObject({
      formatVersion: 2,
      artifact: hash(sealMeanGrey()),
      set: "test",
      images: hash(
        evaluation.cases
          .map(({ sha256 }) => sha256)
          .sort()
          .join("\n"),
      ),
      temperature: 2,
      threshold: 0.5,
      thresholdRule: "sensitivity:0.95",
      engine: expect.stringMatching(/^(wasm|reference)/),
    });
    expect(evaluation.latencyMs).toBeGreaterThan(0);
    expect(evaluation.latencyMs).toBeLessThan(50);
  });

  it("gives the very probabilities that serving gives", async () => {
    const artifact = sealMeanGrey({ slope: 3.7, offset: 0.21 });
    const model = await loadVerdictModel(artifact);
    const { evaluation, images } = await evaluateFolder(artifact, folder.path, options);

    for (const [at, { path }] of images.entries()) {
      const { tensor } = await prepareInput(await readFile(path), model.input);
      const served = await judge(model, tensor);
      expect(evaluation.cases[at]!.probability).toBe(served.probability);
    }
  });

  it("measures calibration before and after temperature", async () => {
    // At temperature 1 the model is surer and equally often wrong.
    const { evaluation } = await evaluateFolder(sealMeanGrey({}, { temperature: 4 }), folder.path, options);
    const error = (temperature: number) => {
      const bins = new Map<number, number>();
      for (const [label, list] of Object.entries(levels)) {
        for (const level of list) {
          const probability = probabilityOf(level, temperature);
          const bin = Math.floor(probability * 15);
          bins.set(bin, (bins.get(bin) ?? 0) + probability - Number(label === "PNEUMONIA"));
        }
      }
      return [...bins.values()].reduce((sum, gap) => sum + Math.abs(gap), 0) / 9;
    };

    expect(evaluation.eceBefore).toBeCloseTo(error(1), 5);
    expect(evaluation.eceAfter).toBeCloseTo(error(4), 5);
  });

  it("leaves out and names what does not decode, and says which images come twice", async () => {
    await folder.write("test/NORMAL/torn.png", (await ramp(80)).subarray(0, 60));
    await folder.write("test/NORMAL/again.png", await ramp(60));
    const { evaluation, unreadable, duplicates } = await evaluateFolder(sealMeanGrey(), folder.path, options);

    expect(evaluation.cases).toHaveLength(10);
    expect(unreadable.map(({ file }) => file)).toEqual(["test/NORMAL/torn.png"]);
    expect(duplicates).toEqual([["test/NORMAL/again.png", "test/NORMAL/grey 60.png"]]);
  });

  it("refuses a file that is not sealed, and a class of which nothing decodes", async () => {
    await expect(
      evaluateFolder(encodeMeanGrey({ slope: 1, offset: 0 }), folder.path, options),
    ).rejects.toMatchObject({
      code: "BAD_ARTIFACT",
      message: expect.stringContaining("not sealed"),
    });

    const other = join(folder.path, "other");
    await folder.write("other/NORMAL/a.png", await ramp(10));
    await folder.write("other/PNEUMONIA/b.png", "words");
    await expect(evaluateFolder(sealMeanGrey(), other, options)).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining("No readable image of class PNEUMONIA"),
    });
  });

  it("counts progress over the images and stops when its signal is aborted", async () => {
    await folder.write("test/NORMAL/torn.png", (await ramp(80)).subarray(0, 60));
    const progress: number[] = [];
    await evaluateFolder(sealMeanGrey(), folder.path, {
      ...options,
      onProgress: (done) => progress.push(done),
    });
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect([progress[0], progress[9], progress.at(-1)]).toEqual([0, 5, 10]); // half done when all are decoded

    const stopped = evaluateFolder(sealMeanGrey(), folder.path, { ...options, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  });

  it("reports the figures that follow from the cases", async () => {
    const artifact = sealMeanGrey();
    const { evaluation } = await evaluateFolder(artifact, folder.path, options);
    const report = reportEvaluation(evaluation, artifact.length);

    expect(report.confusion).toEqual({
      truePositives: 4,
      falseNegatives: 1,
      trueNegatives: 3,
      falsePositives: 1,
    });
    expect(report).toMatchObject({
      n: 9,
      bytes: artifact.length,
      sha256: hash(artifact),
      thresholdRule: "sensitivity:0.95",
    });
    expect(report.accuracy.value).toBeCloseTo(7 / 9, 12);
    expect(report.sensitivity.value).toBe(0.8);
    expect(report.specificity.value).toBe(0.75);
    expect(report.auc.value).toBeCloseTo(18 / 20, 12); // of 4 x 5 pairs, 100 lies below 120 and 140
    expect(report.sensitivity.low).toBeCloseTo(0.3755, 4); // Wilson, 4 of 5
    expect(report.sensitivity.high).toBeCloseTo(0.9638, 4);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("prints a table that says the same", async () => {
    const { evaluation } = await evaluateFolder(sealMeanGrey(), folder.path, options);
    const report = {
      ...reportEvaluation(evaluation, 12_345),
      engine: "reference",
      latencyMs: 1.234,
      sha256: "5ea1".repeat(16),
    };

    expect(formatReport(report)).toMatchInlineSnapshot(`
      "model        5ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea15ea1
      size         12,345 bytes
      images       9 of the test set
      accuracy     77.8%  (95% interval 45.3 to 93.7)
      sensitivity  80.0%  (95% interval 37.6 to 96.4)
      specificity  75.0%  (95% interval 30.1 to 95.4)
      AUC          0.9000  (95% interval 0.6737 to 1.0000)
      threshold    0.5 (sensitivity:0.95), set on validation
      calibration  error 0.255, after temperature 2: 0.3077, and 0.3316 if it were perfect
      latency      1.23 ms median, reference engine

                 called NORMAL  called PNEUMONIA
      NORMAL                 3                 1
      PNEUMONIA              1                 4

      the surest cases alone
        100%      9  error 22.2%  (95% interval 6.3 to 54.7)
         95%      9  error 22.2%  (95% interval 6.3 to 54.7)
         90%      8  error 25.0%  (95% interval 7.1 to 59.1)
         80%      7  error 14.3%  (95% interval 2.6 to 51.3)"
    `);
    expect(summariseReport(report)).toBe(
      "12,345 bytes on 9 of test: accuracy 77.8% (45.3 to 93.7), sensitivity 80.0% (37.6 to 96.4), specificity 75.0% (30.1 to 95.4), AUC 0.9000 (0.6737 to 1.0000)",
    );
  });
});

describe("formatScores", () => {
  it("writes one quoted line a case, in full precision", () => {
    const image = (file: string) => ({ path: "", file, label: 0 as const, patient: "", sha256: "" });
    const scores = formatScores({
      images: [image("NORMAL/a.png"), image('PNEUMONIA/b, "late".png')],
      evaluation: {
        cases: [
          { sha256: "aa", label: "NORMAL", probability: 0.1 + 0.2 },
          { sha256: "bb", label: "PNEUMONIA", probability: 1e-7 },
        ],
      } as Parameters<typeof formatScores>[0]["evaluation"],
    });

    expect(scores).toBe(
      'sha256,file,label,probability\naa,NORMAL/a.png,NORMAL,0.30000000000000004\nbb,"PNEUMONIA/b, ""late"".png",PNEUMONIA,1e-7\n',
    );
  });
});
