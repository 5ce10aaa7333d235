import { createHash } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import { describeParts, encodeNetwork, type Network, open, type Pads, seal } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ALL_CODINGS } from "../coded-tensors.ts";
import { createGraph, createNumbers, GREY_64, randomNetwork, residualNetwork } from "../networks.ts";
import { BAD_ARTIFACT, CALIBRATION, withRepairedChecksum, withSection } from "./artifacts.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const sampleFile = (): Uint8Array => seal(encodeNetwork(randomNetwork(5)), CALIBRATION);

test("random networks of all operators and codings come back equal, sealed and unsealed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
      const network = randomNetwork(seed, 12, ALL_CODINGS);
      const bytes = encodeNetwork(network);
      const sealed = seal(bytes, CALIBRATION);

      expect(open(bytes).network).toEqual(network);
      expect(open(bytes).calibration).toBeUndefined();
      expect(open(sealed)).toEqual({ network, calibration: CALIBRATION, networkBytes: bytes });
    }),
    { numRuns: 60, seed: 9 },
  );
}, 60_000);

test("the smallest file, byte by byte", () => {
  const network: Network = {
    input: { height: 2, width: 2, channels: 1, normalise: { kind: "per-image" } },
    nodes: [
      { op: "GlobalAveragePool", inputs: [0] },
      { op: "Gemm", inputs: [1], weights: 0 },
    ],
    tensors: [{ shape: [1, 1], values: Float32Array.of(0.5), coding: { kind: "f32" } }],
    labels: ["NORMAL", "PNEUMONIA"],
  };

  const bytes = encodeNetwork(network);

  expect([...bytes.subarray(0, bytes.length - 4)]).toEqual([
    ...[0x52, 0x4c, 0x4d, 0x01], // "RLM", version 1
    ...[0x08], // header: 8 bytes
    ...[0x00, 0x02], // grey, square, normalised per image, preset labels; side 2
    ...[0x02, 0x05, 0x02, 0x01], // 2 nodes; GlobalAveragePool; Gemm without bias, 1 output
    ...[0x00, 0x01], // f32 for 1 tensor
    ...[0x00, 0x00, 0x00, 0x3f], // 0.5
  ]);
  expect([...bytes.subarray(-4)]).toEqual([...withRepairedChecksum(bytes).subarray(-4)]);
});

test("equal networks give equal bytes, today and in every later version", () => {
  const bytes = encodeNetwork(residualNetwork(1, "clustered"));

  expect(encodeNetwork(residualNetwork(1, "clustered"))).toEqual(bytes);
  expect(encodeNetwork(open(bytes).network)).toEqual(bytes);
  expect(sha256(bytes)).toMatchInlineSnapshot(
    `"86eded5940ae93bd09f55af3da3cf71eb5e1c6449377d946bb50c0c3993f5e2e"`,
  );
  expect(sha256(sampleFile())).toMatchInlineSnapshot(
    `"09bbd870afe45763768beb986042f27a46c00c1f0766192ee4d6d97f9b20a4a1"`,
  );
});

test("tensors may be numbered in any order: the file numbers them as nodes use them", () => {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 4, width: 4 }, ["NORMAL", "PNEUMONIA"]);
  const second = graph.tensor([1, 2], "f16");
  const bias = graph.tensor([3]);
  const first = graph.tensor([16, 1]);
  graph.add({ op: "Gemm", inputs: [0], weights: first });
  graph.add({ op: "Gemm", inputs: [1], weights: second });
  graph.network.tensors.splice(bias, 1, graph.network.tensors[first]!);
  graph.network.tensors.pop();
  (graph.network.nodes[0] as { weights: number }).weights = bias;

  const { network } = open(encodeNetwork(graph.network));

  expect(network.nodes.map((node) => (node as { weights: number }).weights)).toEqual([0, 1]);
  expect(network.tensors).toEqual([graph.network.tensors[1], graph.network.tensors[0]]);
});

test("the header of a ten-layer network of conv, relu, pool and gemm takes 46 bytes", () => {
  const graph = createGraph(createNumbers(1), GREY_64, ["NORMAL", "PNEUMONIA"]);
  let channels = 1;
  for (const out of [8, 8, 16, 16, 24, 24, 32, 32, 48]) {
    const weights = graph.tensor([3, 3, channels, out], "clustered");
    const bias = graph.tensor([out], "f16");
    graph.add({
      op: "Conv",
      inputs: [graph.last],
      kernel: [3, 3],
      strides: [1, 1],
      pads: [1, 1, 1, 1],
      groups: 1,
      weights,
      bias,
    });
    graph.add({ op: "Relu", inputs: [graph.last] });
    if (out % 16 === 8)
      graph.add({ op: "MaxPool", inputs: [graph.last], kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] });
    channels = out;
  }
  graph.add({ op: "GlobalAveragePool", inputs: [graph.last] });
  graph.add({
    op: "Gemm",
    inputs: [graph.last],
    weights: graph.tensor([48, 1], "f16"),
    bias: graph.tensor([1], "f16"),
  });

  const header = describeParts(encodeNetwork(graph.network)).find((part) => part.name === "header")!;

  // length, flags, side, number of nodes · 9 Conv of 3 · 4 MaxPool of 2 · average · Gemm of 2 · 2 runs of codecs
  expect(header.bytes).toBe(4 + 27 + 8 + 1 + 2 + 4);
});

/** A network of 5x5 pixels; in the file the Pad begins at byte 8. */
function encodePad(pads: Pads): Uint8Array {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 5, width: 5 }, ["NORMAL", "PNEUMONIA"]);
  graph.add({ op: "Pad", inputs: [0], pads });
  graph.add({ op: "GlobalAveragePool", inputs: [1] });
  graph.add({ op: "Gemm", inputs: [2], weights: graph.tensor([1, 1], "f16") });
  const bytes = encodeNetwork(graph.network);
  expect(open(bytes).network).toEqual(graph.network);
  return bytes;
}

test("pads take a byte each, and have signs where the bit of a bias says so", () => {
  expect([...encodePad([0, 1, 2, 130]).subarray(8, 14)]).toEqual([0x0e, 0, 1, 2, 130, 1]); // 130: a varint of two
  expect([...encodePad([-1, -2, 1, 64]).subarray(8, 14)]).toEqual([0x1e, 1, 3, 2, 128, 1]); // 2 * 64 too
});

test("signs for pads of which none is below zero are refused", () => {
  const bytes = encodePad([-1, 0, 1, 2]);
  bytes[9] = 2; // 1

  expect(() => open(withRepairedChecksum(bytes))).toThrow(
    expect.objectContaining({ code: "BAD_ARTIFACT", message: expect.stringContaining("none is below zero") }),
  );
});

test("sealing again replaces the calibration and leaves the network's bytes alone", () => {
  const bytes = encodeNetwork(randomNetwork(3));
  const other = { ...CALIBRATION, threshold: 0.5, thresholdRule: { kind: "half" } as const };

  const resealed = seal(seal(bytes, CALIBRATION), other);

  expect(resealed).toEqual(seal(bytes, other));
  expect(open(resealed).networkBytes).toEqual(bytes);
  expect(open(resealed).calibration).toEqual(other);
});

test("a file that is a view into a larger buffer, as Node reads them, opens as its copy does", () => {
  const bytes = sampleFile();
  const larger = Buffer.concat([Buffer.from([1, 2, 3]), bytes, Buffer.from([4])]);

  const opened = open(larger.subarray(3, 3 + bytes.length));

  expect(opened).toEqual(open(bytes));
  expect(opened.networkBytes.constructor).toBe(Uint8Array);
});

test("what was opened does not change with the bytes that it was read from", () => {
  const bytes = encodeNetwork(residualNetwork(2, "f32"));
  const { network } = open(bytes);
  const before = structuredClone(network);

  bytes.fill(0xff);

  expect(network).toEqual(before);
});

test("parts add up to the file, in its order, and name every tensor once", () => {
  for (let seed = 0; seed < 40; seed++) {
    const network = randomNetwork(seed);
    const bytes = seal(encodeNetwork(network), CALIBRATION);
    const parts = describeParts(bytes);

    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes.length);
    expect(parts.flatMap((part) => part.tensor ?? []).sort((a, b) => a - b)).toEqual([
      ...network.tensors.keys(),
    ]);
    for (const { tensor, bytes: size } of parts) {
      const { coding, values } = network.tensors[tensor ?? -1] ?? {};
      if (coding?.kind === "f32") expect(size).toBe(4 * values!.length);
      if (coding?.kind === "f16") expect(size).toBe(2 * values!.length);
    }
  }
  const names = describeParts(seal(encodeNetwork(residualNetwork(1)), CALIBRATION)).map((part) => part.name);
  expect(names.slice(0, 3)).toEqual(["magic and version", "header", "node 0 (Conv) weights"]);
  expect(names.slice(-3)).toEqual(["node 21 (Conv) bias", "calibration", "checksum"]);
});

test.each([
  ["of the first codings", sampleFile()],
  ["of all codings", seal(encodeNetwork(randomNetwork(57, 12, ALL_CODINGS)), CALIBRATION)],
])(
  "every truncation and every flipped bit of a file %s is a BAD_ARTIFACT",
  (_, bytes) => {
    const survivors = [];
    for (let length = 0; length < bytes.length; length++) {
      if (!isRefused(bytes.subarray(0, length))) survivors.push(`first ${length} bytes`);
    }
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      if (!isRefused(flipped)) survivors.push(`bit ${bit}`);
    }

    expect(survivors).toEqual([]);
  },
  60_000,
);

test("files that are something else, or of another version, say what they are", () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0);
  const newer = sampleFile();
  newer[3] = 7;

  expect(() => open(png)).toThrow('not a Radlite model: expected a file that starts with "RLM"');
  expect(() => open(new Uint8Array(0))).toThrow(BAD_ARTIFACT);
  expect(() => open(newer)).toThrow(
    "model file has format version 7, this Radlite reads up to 1: update Radlite",
  );
  expect(() => open(newer, "chest-xray@3")).toThrow(/^chest-xray@3: model file has format version 7/);
  expect(() => seal(newer, CALIBRATION)).toThrow(BAD_ARTIFACT);
  expect(() => describeParts(newer)).toThrow(BAD_ARTIFACT);
});

test("sections that may be skipped are, all others are refused", () => {
  const bytes = sampleFile();

  const skipped = withSection(bytes, [0x41, 2, 9, 9]);

  expect(open(skipped)).toEqual(open(bytes));
  expect(describeParts(skipped).at(-2)).toEqual({ name: "section 65", bytes: 4 });
  expect(() => open(withSection(bytes, [0x40, 2, 9, 9]))).toThrow(
    "section 64, which must be understood and is not",
  );
  expect(() => open(withSection(bytes, [0x01, 0]))).toThrow("section 1 after section 2");
  expect(() => open(withSection(bytes, [0x41, 0xfe, 0x01, ...new Array(254).fill(0)]))).toThrow(
    "section 65 of 257 bytes, expected at most 256",
  );
  expect(open(withSection(bytes, [0x41, 0xfd, 0x01, ...new Array(253).fill(0)]))).toEqual(open(bytes));
});

function isRefused(bytes: Uint8Array): boolean {
  try {
    open(bytes);
    return false;
  } catch (error) {
    if (error instanceof RadliteError && error.code === "BAD_ARTIFACT") return true;
    throw error;
  }
}
