import {
  countFree,
  cutEvenly,
  decodeSeeded,
  describeParts,
  drawCandidates,
  drawPlaces,
  drawSigns,
  encodeNetwork,
  type Network,
  open,
  type SeededCode,
} from "@radlite/model/format";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import { seededCodec } from "../../../../model/format/codecs/seeded.ts";
import { randomNetwork, residualNetwork } from "../../networks.ts";
import { type SeededOptions, seedNetwork } from "../../seeded-networks.ts";
import { BAD_ARTIFACT, BAD_INPUT, withRepairedChecksum } from "../artifacts.ts";

const options = fc.record({
  seed: fc.nat({ max: 2 ** 32 - 1 }),
  bits: fc.integer({ min: 1, max: 16 }),
  blocks: fc.integer({ min: 1, max: 300 }),
  group: fc.integer({ min: 1, max: 5 }),
  uneven: fc.boolean(),
});

const codeOf = ({ tensors }: Network): SeededCode => {
  const coding = tensors.map((tensor) => tensor.coding).find(({ kind }) => kind === "seeded");
  if (coding?.kind !== "seeded") throw new Error("no seeded tensor");
  return coding.code;
};
const varintBytes = (value: number): number => (value < 128 ? 1 : 1 + varintBytes(Math.floor(value / 128)));

/** Bytes of the payload of a code with one group for weights and one for biases. */
function predictBytes({ bits, choices, sizes, members, seed }: SeededCode): number {
  const groups = members.map(({ group }) => group);
  const runs = groups.filter((group, at) => group !== groups[at - 1]);
  const runBytes = runs.reduce((sum, group) => sum + varintBytes(group), 0) + runs.length;
  const width = sizes ? Math.ceil(Math.log2(Math.max(...sizes))) : 0;
  const head = 1 + varintBytes(seed) + varintBytes(choices.length) + (sizes ? 1 : 0);
  return head + runBytes + 2 * members.length + Math.ceil((choices.length * (bits + width)) / 8);
}

test("a network comes back bit for bit, and its payload has the bytes that the law says", () => {
  fc.assert(
    fc.property(fc.nat({ max: 40 }), options, (seed, chosen) => {
      const network = seedNetwork(randomNetwork(seed), chosen);
      if (!network.nodes.some((node) => "weights" in node)) return;

      const file = encodeNetwork(network);

      expect(encodeNetwork(open(file).network)).toEqual(file);
      const opened = open(file).network;
      opened.nodes.forEach((node, at) => {
        const own = network.nodes[at]!;
        if (!("weights" in node) || !("weights" in own)) return;
        expect(opened.tensors[node.weights]).toEqual(network.tensors[own.weights]);
        if (node.bias !== undefined) expect(opened.tensors[node.bias]).toEqual(network.tensors[own.bias!]);
      });
      const parts = describeParts(file);
      const bytes = parts.reduce((sum, part) => sum + (part.tensor === undefined ? 0 : part.bytes), 0);
      expect(bytes).toBe(predictBytes(codeOf(network)));
      expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(file.length);
    }),
    { numRuns: 150, seed: 8 },
  );
});

test("seventy thousand weights in 1,024 blocks of 12 bits are 1,536 bytes, scales and nine more", () => {
  const network = seedNetwork(residualNetwork(1), { seed: 9, bits: 12, blocks: 1024, group: 2 });

  const bytes = describeParts(encodeNetwork(network)).reduce(
    (sum, part) => sum + (part.tensor === undefined ? 0 : part.bytes),
    0,
  );

  // bits a choice · seed · blocks (two bytes) · two runs of groups of two bytes: 1 + 1 + 2 + 4
  expect(bytes).toBe((1024 * 12) / 8 + 2 * network.tensors.length + 8);
});

test("bytes worked out by hand, and what they decode to", () => {
  const code: SeededCode = {
    seed: 300,
    bits: 3,
    choices: Uint32Array.of(5, 2),
    sizes: Uint32Array.of(1, 3),
    members: [
      { count: 5, group: 2, scale: 0.5 },
      { count: 1, group: 1, scale: 2 },
    ],
  };
  const [first, second] = decodeSeeded(code);
  const writer = createByteWriter();
  seededCodec.encode(
    [
      { shape: [5], values: first!, coding: { kind: "seeded", code, member: 0 } },
      { shape: [1], values: second!, coding: { kind: "seeded", code, member: 1 } },
    ],
    writer,
  );

  expect([...writer.finish()]).toEqual([
    ...[0x83, 0xac, 0x02, 2], // 3 bits and sizes · seed 300 · two blocks
    ...[2, 1, 1, 1, 0x00, 0x38, 0x00, 0x40], // groups · scales 0.5 and 2
    ...[2, 0b00_101_10_0, 0b10_000000], // sizes of two bits: 1 and choice 5, 3 and choice 2
  ]);
  // free values 0, 1, 2 are of the first member, 3 of the second; block 0 holds one of the four
  const places = drawPlaces(300, 4);
  const free = new Float64Array(4);
  free[places[0]!] = drawCandidates(300, 5)(0);
  for (let column = 0; column < 3; column++) free[places[1 + column]!] = drawCandidates(300, 2)(column);
  const signs = drawSigns(300, 0);
  const expected = [0, 0, 1, 1, 2].map((at, i) => Math.fround(signs(i) * 0.5 * free[at]!));
  expect([...first!]).toEqual(expected);
  expect(second![0]).toBe(Math.fround(drawSigns(300, 1)(0) * 2 * free[3]!));
});

test("even blocks hold all values and differ by one at most", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (blocks, more) => {
      const sizes = cutEvenly(blocks + more, blocks);

      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(blocks + more);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 200, seed: 2 },
  );
});

describe("damage", () => {
  const samples: SeededOptions[] = [
    { seed: 3, bits: 11, blocks: 40, group: 3 },
    { seed: 70_000, bits: 5, blocks: 60, group: 1, uneven: true },
  ];
  const files = () => samples.map((sample) => encodeNetwork(seedNetwork(randomNetwork(5), sample)));

  test("every truncation is a typed error", () => {
    for (const file of files()) {
      for (let length = 12; length < file.length; length++) {
        expect(() => open(file.slice(0, length))).toThrow(BAD_ARTIFACT);
        expect(() => open(withRepairedChecksum(file.slice(0, length)))).toThrow(BAD_ARTIFACT);
      }
    }
  });

  test("a bit of the code flipped under a repaired checksum gives another sound network or a typed error", () => {
    let refused = 0;
    for (const file of files()) {
      const parts = describeParts(file);
      const start = parts[0]!.bytes + parts[1]!.bytes; // of the payload
      for (let bit = 8 * start; bit < 8 * (file.length - 4); bit++) {
        const mutant = Uint8Array.from(file);
        mutant[bit >> 3]! ^= 1 << (bit & 7);
        try {
          const { network } = open(withRepairedChecksum(mutant));
          expect(Buffer.compare(encodeNetwork(network), file)).not.toBe(0);
        } catch (error) {
          expect(error).toEqual(BAD_ARTIFACT);
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(50);
  });

  test("absurd numbers are refused before anything is made for them", () => {
    const read = (...bytes: number[]) => {
      const started = performance.now();
      expect(() => seededCodec.decode(createByteReader(Uint8Array.from(bytes)), [[4]])).toThrow(BAD_ARTIFACT);
      expect(performance.now() - started).toBeLessThan(50);
    };
    const rest = [1, 1, 0x00, 0x3c]; // one member in groups of one, scale 1
    const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];

    read(0, 1, 1, ...rest, 0); // choices of no bits
    read(17, 1, 1, ...rest, 0, 0, 0);
    read(8, 1, ...huge, ...rest, 0); // four thousand million blocks
    read(8, 1, 0, ...rest, 0);
    read(8, 1, 5, ...rest, 1, 2, 3, 4, 5); // more blocks than values
    read(8, 1, 1, ...huge, 1, 0x00, 0x3c, 0); // a group larger than its tensor
    read(8, 1, 1, 0, 1, 0x00, 0x3c, 0);
    read(8, 1, 1, 1, ...huge, 0x00, 0x3c, 0); // more members than tensors
    read(8, 1, 1, 1, 1, 0x00, 0x00, 0); // scale 0
    read(8, 1, 1, 1, 1, 0x00, 0x7c, 0); // scale infinite
    read(0x88, 1, 2, ...rest, 17, 0, 0, 0, 0, 0, 0, 0);
    read(0x88, 1, 2, ...rest, 2, 0b00_000000, 0b01_10_0000, 0b0000_0001); // sizes of 1 and 3, then bits too many
  });
});

test("what a code does not stand for is refused with the tensor's number", () => {
  const network = seedNetwork(residualNetwork(2), { seed: 1, bits: 8, blocks: 99, group: 2 });
  const code = codeOf(network);
  const recode = (changed: Partial<SeededCode>): Network => ({
    ...network,
    tensors: network.tensors.map((tensor) =>
      tensor.coding.kind === "seeded"
        ? { ...tensor, coding: { ...tensor.coding, code: { ...code, ...changed } } }
        : tensor,
    ),
  });
  const shared = (changed: Partial<SeededCode>): Network => {
    const other = { ...code, ...changed };
    return {
      ...network,
      tensors: network.tensors.map((tensor) =>
        tensor.coding.kind === "seeded" ? { ...tensor, coding: { ...tensor.coding, code: other } } : tensor,
      ),
    };
  };
  const refusal = (broken: Network) => {
    try {
      encodeNetwork(broken);
    } catch (error) {
      expect(error).toEqual(BAD_INPUT);
      return (error as Error).message;
    }
    throw new Error("encoded");
  };

  expect(refusal(recode({}))).toMatch(/^tensor \d+ is of another seeded code/);
  expect(refusal(shared({ bits: 17 }))).toMatch(/choices of 17 bits, expected 1 to 16/);
  expect(refusal(shared({ bits: 2 }))).toMatch(/with choice \d+, expected 2 bits/);
  expect(refusal(shared({ seed: -1 }))).toMatch(/seed -1, expected a whole number below 2\^32/);
  expect(refusal(shared({ seed: 2 }))).toMatch(/^tensor \d+ holds .* as its code decodes/);
  expect(refusal(shared({ sizes: Uint32Array.of(1, 2) }))).toMatch(/2 sizes that hold 3 values/);
  expect(refusal(shared({ members: code.members.slice(1) }))).toMatch(/whose code has \d+ members/);
  const scaled = code.members.map((member) => ({ ...member, scale: 0.1 }));
  expect(refusal(shared({ members: scaled }))).toMatch(/scales of which one holds 0.1/);
});

test("tensors of other codings may stand beside a seeded run", () => {
  const network = seedNetwork(residualNetwork(2), { seed: 1, bits: 8, blocks: 99, group: 2 });
  const biases = network.nodes.flatMap((node) =>
    "bias" in node && node.bias !== undefined ? [node.bias] : [],
  );
  const code = codeOf(network);
  const kept = { ...code, members: code.members.slice(0, code.members.length - biases.length) };
  const free = kept.members.reduce((sum, member) => sum + countFree(member), 0);
  kept.choices = code.choices.slice(0, Math.min(free, 99));
  const values = decodeSeeded(kept);
  const mixed: Network = {
    ...network,
    tensors: network.tensors.map((tensor, at) => {
      if (tensor.coding.kind !== "seeded") return tensor;
      if (biases.includes(at)) return { ...tensor, coding: { kind: "f32" } };
      const { member } = tensor.coding;
      return { ...tensor, values: values[member]!, coding: { kind: "seeded", code: kept, member } };
    }),
  };

  const opened = open(encodeNetwork(mixed)).network;

  expect(opened.tensors.map(({ coding }) => coding.kind).sort()).toEqual(
    mixed.tensors.map(({ coding }) => coding.kind).sort(),
  );
  expect(encodeNetwork(opened)).toEqual(encodeNetwork(mixed));
});
