import { type PixelSet, seedRandom } from "@radlite/training/data";
import { describe, expect, it } from "vitest";
import { balanceRows, mixBatch, sharpenPicture } from "../../../bench/shift/batches.ts";

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

describe("mixBatch", () => {
  it("mixes pictures and labels by the same share, more of the picture whose label weighs", () => {
    const batch = { inputs: Float32Array.of(0, 0, 10, 10, 4, 4, 2, 2), labels: Uint8Array.of(0, 1, 1, 0) };
    const { inputs, labels, teacher } = mixBatch(batch, 0.4, 0, seedRandom(1));

    expect(labels).toEqual(batch.labels);
    [0, 1, 2, 3].forEach((at) => {
      const [own, other] = [batch.inputs[2 * at]!, batch.inputs[2 * (3 - at)]!];
      const share = (inputs[2 * at]! - other) / (own - other);
      const soft = share * batch.labels[at]! + (1 - share) * batch.labels[3 - at]!;
      expect(share).toBeGreaterThanOrEqual(0.5);
      expect(inputs[2 * at + 1]).toBe(inputs[2 * at]);
      expect(sigmoid(teacher!.logits[at]!)).toBeCloseTo(Math.min(Math.max(soft, 1e-3), 1 - 1e-3), 2);
    });
  });
});

describe("sharpenPicture", () => {
  it("leaves mean 0 and deviation 1", () => {
    const picture = Float32Array.from({ length: 100 }, (_, at) => Math.sin(at));
    sharpenPicture(picture, 10, 0.5, seedRandom(3));

    const mean = picture.reduce((sum, value) => sum + value, 0) / 100;
    expect(mean).toBeCloseTo(0, 6);
    expect(picture.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 100).toBeCloseTo(1, 5);
  });
});

describe("balanceRows", () => {
  it("repeats what is rare for its class in a tenth of the values, up to four times", () => {
    const labels = Uint8Array.from({ length: 40 }, (_, at) => (at < 20 ? 0 : 1));
    const values = Array.from({ length: 40 }, (_, at) => (at < 20 ? at % 10 : 10 + (at % 10)));
    values[0] = 19; // a NORMAL with the value of PNEUMONIA
    const images = [...labels].map((label, at) => ({
      path: "",
      file: `${at}`,
      label: label as 0 | 1,
      patient: `${at}`,
      sha256: `${at}`,
    }));
    const input = { height: 1, width: 1, channels: 1, normalise: { kind: "per-image" } } as const;
    const pixels = new Uint16Array(new SharedArrayBuffer(80));
    pixels.set(labels.map((_, at) => at));
    const set: PixelSet = { input, side: 1, pixels, labels, images, unreadable: [] };

    const balanced = balanceRows(set, values);

    // The stray one is alone among 20 NORMAL in a tenth that would hold two of them.
    expect(balanced.images.filter(({ file }) => file === "0")).toHaveLength(2);
    expect(balanced.images.map(({ file }) => Number(file))).toEqual([...balanced.pixels]);
    expect([...balanced.labels]).toEqual(balanced.images.map(({ label }) => label));
    expect(new Set(balanced.images)).toEqual(new Set(images));
  });
});
