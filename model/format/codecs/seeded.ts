/**
 * seeded: the weights of a whole run of tensors as a few numbers that name, block by block, the random candidate
 * nearest in distribution to what was learnt. Havasi, Peharz & Hernández-Lobato 2019, "Minimal Random Code
 * Learning"; what the numbers stand for is in seeded-values.ts.
 *
 * Bytes: bits a choice, +128 where blocks have sizes of their own (one byte) · seed (varint) · blocks (varint) ·
 * runs of (group, number of members) (varints) · a scale a member (float16) · where blocks have sizes, the width
 * of one (one byte) · of every block its size - 1, if it has one, and its choice: bits, filled up to a byte.
 */
import { RadliteError } from "@radlite/model/errors";
import { createBitReader, createBitWriter } from "../bit-stream.ts";
import type { ByteReader, ByteWriter } from "../byte-stream.ts";
import type { SeededCode, SeededMember } from "../network.ts";
import { type RunCodec, sizeOf } from "./codec.ts";
import { findRunProblem, findShapeProblem, MAX_BITS } from "./seeded-check.ts";
import { countFree, decodeSeeded } from "./seeded-values.ts";

const OWN_SIZES_BIT = 0x80;

export const seededCodec: RunCodec = {
  id: 6,
  kind: "seeded",
  findProblem: findRunProblem,
  encode(tensors, writer) {
    const { coding } = tensors[0]!;
    if (coding.kind === "seeded") writeCode(coding.code, writer);
  },
  decode(reader, shapes) {
    const start = reader.position;
    const code = readCode(reader, shapes.map(sizeOf));
    const bytes = shareBytes(reader.position - start, code);
    const values = decodeSeeded(code);
    return shapes.map((shape, member) => ({
      tensor: { shape, values: values[member]!, coding: { kind: "seeded", code, member } },
      bytes: bytes[member]!,
    }));
  },
};

/** In proportion to the members' free values. */
function shareBytes(bytes: number, { members }: SeededCode): number[] {
  const total = members.reduce((sum, member) => sum + countFree(member), 0);
  let free = 0;
  return members.map((member) => {
    const start = Math.round((bytes * free) / total);
    free += countFree(member);
    return Math.round((bytes * free) / total) - start;
  });
}

function writeCode({ seed, bits, choices, sizes, members }: SeededCode, writer: ByteWriter): void {
  writer.byte(bits | (sizes ? OWN_SIZES_BIT : 0));
  writer.varint(seed);
  writer.varint(choices.length);
  for (let at = 0, count = 0; at < members.length; at += count) {
    const { group } = members[at]!;
    const next = members.findIndex((member, other) => other > at && member.group !== group);
    count = (next < 0 ? members.length : next) - at;
    writer.varint(group);
    writer.varint(count);
  }
  writer.float16s(Float32Array.from(members, ({ scale }) => scale));
  const width = sizes ? widthOf(sizes) : 0;
  if (sizes) writer.byte(width);
  const stream = createBitWriter(writer);
  choices.forEach((choice, block) => {
    if (sizes) stream.write(sizes[block]! - 1, width);
    stream.write(choice, bits);
  });
  stream.finish();
}

function readCode(reader: ByteReader, counts: number[]): SeededCode {
  const first = reader.byte("seeded code");
  const bits = first & ~OWN_SIZES_BIT;
  if (bits < 1 || bits > MAX_BITS) throw damaged(`choices of ${bits} bits, expected 1 to ${MAX_BITS}`);
  const seed = reader.varint("seed");
  const blocks = reader.varint("number of blocks");
  const groups = readGroups(reader, counts.length);
  const scales = reader.float16s(counts.length, "scales");
  const members = counts.map(
    (count, at): SeededMember => ({ count, group: groups[at]!, scale: scales[at]! }),
  );
  const hasSizes = (first & OWN_SIZES_BIT) !== 0;
  const width = hasSizes ? reader.byte("width of sizes") : 0;
  const free = members.reduce((sum, member) => sum + countFree(member), 0);
  if (blocks < 1 || blocks > free) throw damaged(`${blocks} blocks of ${free} free values`);
  if (width > MAX_BITS) throw damaged(`sizes of ${width} bits, expected at most ${MAX_BITS}`);

  const stream = createBitReader(reader, "seeded choices");
  const expected = blocks * (width + bits);
  if (expected > stream.remaining)
    throw damaged(`${stream.remaining} bits of seeded choices, expected ${expected}`);
  const choices = new Uint32Array(blocks);
  const sizes = new Uint32Array(hasSizes ? blocks : 0);
  for (let block = 0; block < blocks; block++) {
    if (hasSizes) sizes[block] = 1 + stream.read(width);
    choices[block] = stream.read(bits);
  }
  stream.finish();
  const code: SeededCode = { seed, bits, choices, ...(hasSizes ? { sizes } : {}), members };
  const problem = findShapeProblem(code);
  if (problem !== undefined) throw damaged(problem);
  if (hasSizes && widthOf(sizes) !== width) throw damaged(`sizes of ${width} bits where fewer do`);
  return code;
}

function readGroups(reader: ByteReader, members: number): number[] {
  const groups: number[] = [];
  while (groups.length < members) {
    const group = reader.varint("group size");
    const count = reader.varint("run of members");
    if (count < 1 || count > members - groups.length)
      throw damaged(`a run of ${count} members where ${members - groups.length} are left`);
    if (group === groups.at(-1)) throw damaged("two runs of members where one does");
    for (let i = 0; i < count; i++) groups.push(group);
  }
  return groups;
}

/** Bits that the largest size - 1 takes. */
function widthOf(sizes: Uint32Array): number {
  return 32 - Math.clz32(sizes.reduce((largest, size) => Math.max(largest, size), 1) - 1);
}

function damaged(found: string): RadliteError {
  return new RadliteError("BAD_ARTIFACT", `model file has ${found}; it is damaged`);
}
