import { encodeNetwork, recodeNetwork } from "@radlite/model/format";
import { expect, test } from "vitest";
import { compareStage, summariseStage } from "../../../training/compression/layers.ts";
import { residualNetwork } from "../../model/networks.ts";

const dense = residualNetwork(3, "clustered");
const coded = recodeNetwork(dense, ["range"]);

test("a report's layers and other parts add up to the file that it was made of", () => {
  const { layers, otherParts, ...report } = compareStage(dense, coded);

  const bytes = [...layers, ...otherParts].reduce((sum, part) => sum + part.bytes, 0);
  expect(bytes).toBe(encodeNetwork(coded).length);
  expect(report.bytesAfter).toBe(bytes);
  expect(report.bytesBefore).toBe(encodeNetwork(dense).length);
  const weights = coded.tensors.reduce((sum, { values }) => sum + values.length, 0);
  expect(report.bitsPerWeight).toBeCloseTo((8 * bytes) / weights, 12);
  const entropy = layers.reduce((sum, layer) => sum + layer.weights * layer.entropyBits, 0);
  expect(report.entropyBits).toBeCloseTo(entropy / weights, 12);
});

test("a version's facts keep numbers alone", () => {
  const score = { loss: 0.1, auc: 0.99, accuracy: 0.9, sensitivity: 0.9, specificity: 0.9 };
  const scores = { before: score, after: { ...score, auc: 0.98 } };
  const report = compareStage(dense, coded, scores, { nonZeros: 5 });

  const summary = summariseStage(report);

  expect(summary).toEqual({
    bytesBefore: report.bytesBefore,
    bytesAfter: report.bytesAfter,
    bitsPerWeight: report.bitsPerWeight,
    entropyBits: report.entropyBits,
    nonZeros: 5,
    validationAucBefore: 0.99,
    validationAucAfter: 0.98,
  });
});
