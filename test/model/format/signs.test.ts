/** Layers of signs in the file: their bytes, what they cost, and what is refused. */
import {
  countBinaryMacs,
  countMacs,
  countParameters,
  encodeNetwork,
  LIMITS,
  type Network,
  type NetworkNode,
  open,
  validateNetwork,
  type WeightTensor,
} from "@radlite/model/format";
import { expect, test } from "vitest";
import { BAD_ARTIFACT, withRepairedChecksum } from "./artifacts.ts";

const f32 = (shape: number[], values: number[]): WeightTensor => ({
  shape,
  values: Float32Array.from(values),
  coding: { kind: "f32" },
});

/** An image of 2x3, its signs, and a 1x1 convolution of them by +2. */
function makeNetwork(): Network {
  return {
    input: { height: 2, width: 3, channels: 1, normalise: { kind: "per-image" } },
    nodes: [
      { op: "Sign", inputs: [0], weights: 0, bias: 1 },
      { op: "BinaryConv", inputs: [1], kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], weights: 2 },
      { op: "GlobalAveragePool", inputs: [2] },
      { op: "Gemm", inputs: [3], weights: 3 },
    ],
    tensors: [
      f32([1], [1]),
      f32([1], [-1]),
      { shape: [1, 1, 1, 1], values: Float32Array.of(2), coding: { kind: "binary" } },
      f32([1, 1], [0.5]),
    ],
    labels: ["NORMAL", "PNEUMONIA"],
  };
}

/** The bytes of a file with its header replaced, checksum right. */
function withHeader(header: number[], payload: number[]): Uint8Array {
  return withRepairedChecksum(
    Uint8Array.of(0x52, 0x4c, 0x4d, 0x01, header.length, ...header, ...payload, 0, 0, 0, 0),
  );
}

const INPUT = [0x08, 0x02, 0x03]; // grey, oblong: 2 rows, 3 columns
const SIGN = [0x1f, 0x0f]; // an operator's own byte follows, with a bias: Sign
const BINARY_CONV = [0x0f, 0x10, 0x09, 0x01]; // BinaryConv; 1x1 window, stride 1, no pads; 1 output
const REST = [0x05, 0x02, 0x01]; // GlobalAveragePool; Gemm without bias, 1 output
const CODECS = [0x00, 0x01, 0x07, 0x01, 0x00, 0x02]; // f32 for 1 tensor, binary for 1, f32 for 2
const PAYLOAD = [
  ...[0x00, 0x00, 0x80, 0x3f], // 1
  ...[0x00, 0x40, 0b10000000], // 2, plus
  ...[0x00, 0x00, 0x00, 0x3f], // 0.5
  ...[0x00, 0x00, 0x80, 0xbf], // -1
];

test("a small network of signs, byte by byte, and back", () => {
  const bytes = encodeNetwork(makeNetwork());

  const expected = withHeader([...INPUT, 0x04, ...SIGN, ...BINARY_CONV, ...REST, ...CODECS], PAYLOAD);
  expect([...bytes]).toEqual([...expected]);
  expect(open(bytes).network).toEqual(makeNetwork());
});

test("operators that this version does not know, or knows by a shorter code, are damage", () => {
  for (const operator of [0x00, 0x0e, 0x11, 0xff]) {
    const header = [...INPUT, 0x04, 0x1f, operator, ...BINARY_CONV, ...REST, ...CODECS];
    expect(() => open(withHeader(header, PAYLOAD))).toThrow(BAD_ARTIFACT);
    expect(() => open(withHeader(header, PAYLOAD))).toThrow(`operator ${operator}, which this version`);
  }
});

test("a bias or groups on a BinaryConv are damage", () => {
  const withBias = [...INPUT, 0x04, ...SIGN, ...BINARY_CONV.with(0, 0x1f), ...REST, ...CODECS];
  const grouped = [0x0f, 0x10, 0x89, 0x02, 0x01];
  const withGroups = [...INPUT, 0x04, ...SIGN, ...grouped, ...REST, ...CODECS];

  expect(() => open(withHeader(withBias, PAYLOAD))).toThrow("a bias on BinaryConv, which takes none");
  expect(() => open(withHeader(withGroups, PAYLOAD))).toThrow("groups on BinaryConv");
});

test("a BinaryConv of anything but a Sign, or with other weights than signs, is refused, in memory and in a file", () => {
  const network = makeNetwork();
  const ofImage = {
    ...network,
    nodes: network.nodes.with(1, { ...network.nodes[1]!, inputs: [0] } as NetworkNode),
  };
  const inFloats = {
    ...network,
    tensors: network.tensors.with(2, { ...network.tensors[2]!, coding: { kind: "f32" } }),
  };
  const reading = [...INPUT, 0x04, ...SIGN, 0x2f, 0x10, 0x02, ...BINARY_CONV.slice(2), ...REST, ...CODECS];
  const floats = [0x00, 0x04]; // f32 for all

  expect(() => encodeNetwork(ofImage)).toThrow("node 1 (BinaryConv) reads the image, expected a Sign");
  expect(() => encodeNetwork(inFloats)).toThrow(
    'node 1 (BinaryConv) has weights coded as "f32", expected "binary"',
  );
  expect(() => open(withHeader(reading, PAYLOAD))).toThrow(BAD_ARTIFACT);
  expect(() => open(withHeader(reading, PAYLOAD))).toThrow("node 1 (BinaryConv) reads the image");
  const asFloats = withHeader(
    [...INPUT, 0x04, ...SIGN, ...BINARY_CONV, ...REST, ...floats],
    new Array(16).fill(0),
  );
  expect(() => open(asFloats)).toThrow('weights coded as "f32"');
});

test("a sum of more products than a float holds times a half is refused", () => {
  const withChannels = (channels: number): Network => {
    const network = makeNetwork();
    const [sign, conv, ...rest] = network.nodes as [NetworkNode, NetworkNode, NetworkNode, NetworkNode];
    return {
      ...network,
      nodes: [
        {
          op: "Conv",
          inputs: [0],
          kernel: [1, 1],
          strides: [1, 1],
          pads: [0, 0, 0, 0],
          groups: 1,
          weights: 4,
        },
        { ...sign, inputs: [1] } as NetworkNode,
        { ...conv, inputs: [2] } as NetworkNode,
        ...rest.map((node) => ({ ...node, inputs: [node.inputs[0]! + 1] }) as NetworkNode),
      ],
      tensors: [
        f32([channels], new Array(channels).fill(1)),
        f32([channels], new Array(channels).fill(0)),
        { ...network.tensors[2]!, shape: [1, 1, channels, 1], values: new Float32Array(channels).fill(2) },
        network.tensors[3]!,
        f32([1, 1, 1, channels], new Array(channels).fill(1)),
      ],
    };
  };

  expect(validateNetwork(withChannels(LIMITS.binaryProducts))[3]).toEqual([2, 3, 1]);
  expect(() => validateNetwork(withChannels(LIMITS.binaryProducts + 1))).toThrow(
    "node 2 (BinaryConv) sums 8193 products, expected at most 8192",
  );
});

test("products of signs are counted apart from those of floats; signs count as parameters", () => {
  const network = makeNetwork();

  expect(countMacs(network)).toEqual({ total: 1, perNode: [0, 0, 0, 1] });
  expect(countBinaryMacs(network)).toEqual({ total: 6, perNode: [0, 6, 0, 0] });
  expect(countParameters(network)).toEqual({ total: 4, perNode: [2, 1, 0, 1] });
});
