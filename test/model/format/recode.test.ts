import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeNetwork, type Network, open, recodeNetwork, type SharedCoding } from "@radlite/model/format";
import { describe, expect, test } from "vitest";
import { codecOf } from "../../../model/format/codecs/registry.ts";
import { ALL_CODINGS } from "../coded-tensors.ts";
import { randomNetwork } from "../networks.ts";
import { entropyBits } from "./codecs/entropy.ts";

const KINDS = [
  "indexed",
  "clustered",
  "sparse",
  "range",
  "stepped",
] as const satisfies SharedCoding["kind"][];

const valuesOf = (network: Network) => network.tensors.map(({ values }) => values);
const lengthOf = (network: Network) => encodeNetwork(network).length;

/** Every way to code the tensors of shared values, each in each kind that can hold it. */
function* listCodings(network: Network, from = 0): Generator<Network> {
  const at = network.tensors.findIndex(({ coding }, index) => index >= from && "codebook" in coding);
  if (at < 0) {
    yield network;
    return;
  }
  for (const kind of KINDS) {
    const tensor = network.tensors[at]!;
    const coding = { ...tensor.coding, kind } as SharedCoding;
    if (codecOf(kind)!.findProblem({ ...tensor, coding }) !== undefined) continue;
    yield* listCodings({ ...network, tensors: network.tensors.with(at, { ...tensor, coding }) }, at + 1);
  }
}

test("no other choice of codings is shorter, and values, codebooks and indices stay", () => {
  let compared = 0;
  for (let seed = 0; seed < 30; seed++) {
    const network = randomNetwork(seed, 7, ALL_CODINGS);
    if (network.tensors.filter(({ coding }) => "codebook" in coding).length > 4) continue;

    const recoded = recodeNetwork(network, KINDS);

    for (const other of listCodings(network)) {
      expect(lengthOf(recoded)).toBeLessThanOrEqual(lengthOf(other));
      compared++;
    }
    expect(valuesOf(recoded)).toEqual(valuesOf(network));
    expect(open(encodeNetwork(recoded)).network).toEqual(recoded);
    expect(recodeNetwork(network, KINDS)).toEqual(recoded);
  }
  expect(compared).toBeGreaterThan(300);
}, 60_000);

test("a tensor that none of the kinds can hold keeps its coding", () => {
  const codebook = Float32Array.of(0.5, 1);
  const indices = Uint8Array.of(0, 1, 1, 0);
  const network: Network = {
    input: { height: 2, width: 2, channels: 1, normalise: { kind: "per-image" } },
    nodes: [{ op: "Gemm", inputs: [0], weights: 0 }],
    tensors: [
      {
        shape: [4, 1],
        values: Float32Array.of(0.5, 1, 1, 0.5),
        coding: { kind: "clustered", codebook, indices },
      },
    ],
    labels: ["NORMAL", "PNEUMONIA"],
  };

  expect(recodeNetwork(network, ["sparse"])).toEqual(network);
});

describe("the shipped models", () => {
  const folder = fileURLToPath(new URL("../../../registry/shipped", import.meta.url));
  const shared = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("model.rlm"))
    .map((path) => ({ path, network: open(readFileSync(join(folder, path))).network }))
    .filter(({ network }) => network.tensors.some(({ coding }) => "codebook" in coding));

  test.each(shared)(
    "$path is shorter by the range code than by Huffman's, and within 1% of its entropy or what learning it costs",
    ({ network }) => {
      const huffman = recodeNetwork(network, ["clustered"]);
      const range = recodeNetwork(network, ["range"]);
      const best = recodeNetwork(network, KINDS);
      const codings = range.tensors.flatMap(({ coding }) => ("codebook" in coding ? [coding] : []));
      const codebooks = codings.reduce((sum, { codebook }) => sum + 1 + 2 * codebook.length, 0);
      // A tensor's code ends with a byte: in a file of 3 kB that alone is a fifth of a per cent.
      const entropy = codings.reduce((sum, { indices }) => sum + Math.ceil(entropyBits(indices) / 8), 0);
      const learning = codings.reduce(
        (sum, { codebook, indices }) => sum + learningBits(codebook, indices) / 8,
        0,
      );
      const others = lengthOf({ ...range, tensors: range.tensors.map(emptied) }) - 3 * codings.length;

      expect(lengthOf(range)).toBeLessThan(lengthOf(huffman));
      expect(lengthOf(best)).toBeLessThanOrEqual(lengthOf(range));
      expect(lengthOf(range) - codebooks - others).toBeLessThan(Math.max(1.01 * entropy, entropy + learning));
      expect(valuesOf(open(encodeNetwork(best)).network)).toEqual(valuesOf(network));
    },
    60_000,
  );

  /** What not knowing the frequencies of k entries costs at n weights that are not zero, (k - 1) / 2 log2 n: Rissanen 1984. */
  function learningBits(codebook: Float32Array, indices: Uint8Array): number {
    const used = new Set(indices).size;
    const weights = indices.reduce((sum, index) => sum + Number(codebook[index] !== 0), 0);
    return ((used - 1) / 2) * Math.log2(Math.max(weights, 1));
  }

  /** The tensor with the least that a coding can take: three bytes for a codebook of one entry. */
  function emptied(tensor: Network["tensors"][number]): Network["tensors"][number] {
    if (!("codebook" in tensor.coding)) return tensor;
    const codebook = Float32Array.of(0);
    const indices = new Uint8Array(tensor.values.length);
    return {
      ...tensor,
      values: new Float32Array(indices.length),
      coding: { kind: "range", codebook, indices },
    };
  }
});
