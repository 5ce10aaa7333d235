import { readFileSync } from "node:fs";
import { encodeGate, GATE_LIMITS, openGate } from "@radlite/model/verdict/gate";
import { expect, test } from "vitest";
import { drawGate, patch, withChecksum } from "./gates.ts";

const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);
const THRESHOLDS_AT = 424;
const FILE = encodeGate(drawGate(1));
const damaged = (bytes: Uint8Array) => expect.soft(() => openGate(bytes));

test("weights come back within half a step of their row, the rest as it was to a half float", () => {
  for (const seed of SEEDS) {
    const gate = drawGate(seed);
    const opened = openGate(encodeGate(gate));
    const closeTo = (actual: Float64Array, expected: Float64Array) => {
      const step = (Math.max(...expected.map(Math.abs)) / 127) * 2 ** (1 / 8);
      const worst = Math.max(...actual.map((weight, i) => Math.abs(weight - expected[i]!)));
      expect(worst).toBeLessThanOrEqual(0.51 * step);
    };
    closeTo(opened.content.weights, gate.content.weights);
    closeTo(opened.novelty.mean, gate.novelty.mean);
    closeTo(opened.mirror, gate.mirror);
    for (let row = 0, at = 0; row < 24; at += ++row)
      closeTo(
        opened.novelty.whitening.slice(at, at + row + 1),
        gate.novelty.whitening.slice(at, at + row + 1),
      );
    expect(opened.content.bias).toBeCloseTo(gate.content.bias, 2);
    const { trim, refuse, caution, mirrored, population } = gate;
    expect(opened).toMatchObject({ trim, refuse, caution, mirrored, population });
  }
});

test("what was rounded once is not rounded again: a file opened and encoded is the same file", () => {
  for (const seed of SEEDS) {
    const file = encodeGate(drawGate(seed));
    expect(encodeGate(openGate(file))).toEqual(file);
  }
});

test("the bytes of a gate worked out by hand", () => {
  const zeros = (count: number) => new Float64Array(count);
  const weights = zeros(36);
  weights.set([127 / 128, -1 / 128], 3); // of a scale of 2^(128/8 - 16) / 127
  const file = encodeGate({
    trim: true,
    content: { weights, bias: -2 },
    novelty: { mean: zeros(24), whitening: zeros(300) },
    mirror: zeros(30),
    refuse: { content: 1, novelty: 2 },
    caution: { content: 0.5, novelty: 1 },
    mirrored: -1,
    population: "é",
  });

  expect(file.length).toBe(THRESHOLDS_AT + 10 + 1 + 2 + 4);
  expect([...file.subarray(0, 5)]).toEqual([0x52, 0x4c, 0x47, 1, 1]);
  expect([...file.subarray(5 + 36, 5 + 39)]).toEqual([128, 0x00, 0xc0]); // scale 1/127, bias -2 as a half
  expect([...file.subarray(8, 10)]).toEqual([126, 255]); // 127/128 and -1/128 of 1/127
  expect([...file.subarray(THRESHOLDS_AT, -4)]).toEqual([
    ...[0x00, 0x3c, 0x00, 0x40, 0x00, 0x38, 0x00, 0x3c, 0x00, 0xbc], // 1, 2, 0.5, 1, -1
    ...[2, 0xc3, 0xa9],
  ]);
});

test("every truncation and every flipped bit is a BAD_ARTIFACT", () => {
  for (let length = 0; length < FILE.length; length++)
    damaged(FILE.subarray(0, length)).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  for (let bit = 0; bit < 8 * FILE.length; bit++) {
    const flipped = FILE.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    damaged(flipped).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  }
});

test.each([
  ["more than its limit", new Uint8Array(513), /513 bytes, expected at most 512/],
  ["another file", readFileSync("test/fixtures/images/grey-8.png"), /bytes|starts with "RLG"/],
  ["a newer version", patch(FILE, 3, 2), /version 2, this Radlite reads up to 1: update/],
  ["an unknown flag", patch(FILE, 4, 2), /flags 2/],
  ["no number as a threshold", patch(FILE, THRESHOLDS_AT, 0, 0x7e), /thresholds/],
  ["an endless bias", patch(FILE, 42, 0, 0x7c), /thresholds/],
  ["caution above refuse", patch(FILE, THRESHOLDS_AT + 4, 0, 0x70), /thresholds/],
  ["words shorter than it says", patch(FILE, THRESHOLDS_AT + 10, 28), /for whom/],
  ["words that are no UTF-8", patch(FILE, -1, 0xff), /for whom/],
  ["words of two lines", patch(FILE, -1, 0x0a), /for whom/],
  ["no words", withChecksum(FILE.slice(0, THRESHOLDS_AT + 10)), /damaged/],
] as const)("refused: %s", (_, bytes, message) => {
  expect(() => openGate(bytes)).toThrow(
    expect.objectContaining({ code: "BAD_ARTIFACT", message: expect.stringMatching(message) }),
  );
});

test("words that fit are kept, longer ones, none and controls are refused before anything is written", () => {
  const encode = (population: string) => encodeGate({ ...drawGate(1), population });
  const longest = "x".repeat(GATE_LIMITS.populationBytes);

  expect(encode(longest).length).toBe(GATE_LIMITS.fileBytes);
  expect(openGate(encode(longest)).population).toBe(longest);
  for (const words of [`${longest}x`, "", "two\nlines", "\u202eturned"])
    expect(() => encode(words)).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
});

test("a gate that its file cannot hold is refused", () => {
  const gate = drawGate(1);
  expect(() => encodeGate({ ...gate, mirrored: Number.NaN })).toThrow(/cannot/);
  expect(() => encodeGate({ ...gate, caution: { content: 3, novelty: 2 } })).toThrow(/cannot/);
});
