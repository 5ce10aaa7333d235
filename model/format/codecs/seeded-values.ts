/**
 * What a seeded code stands for. A member (one tensor) of n weights has ceil(n / group) free values; all free
 * values of all members, one after the other, are shuffled by the seed and cut into blocks. Block b's values
 * are the beginning of row choices[b] in the table of candidates, times the member's scale; a weight is the
 * free value of its group times a sign of the seed (Havasi et al. 2019; hashing: Chen et al. 2015).
 */
import { drawSeeded } from "@radlite/model/kernels";
import type { SeededCode, SeededMember } from "../network.ts";
import { drawCandidates, drawPlaces, drawSigns } from "./seeded-random.ts";

/** The weights of every member, [count] each, exact in float32; linear in their number. */
export function decodeSeeded(code: SeededCode): Float32Array[] {
  return drawSeeded(code) ?? decodeSeededPlainly(code);
}

/** `decodeSeeded` in TypeScript. */
export function decodeSeededPlainly(code: SeededCode): Float32Array[] {
  const free = decodeFree(code);
  return code.members.map((member, at) => {
    const signs = drawSigns(code.seed, at);
    const own = free[at]!;
    const weights = new Float32Array(member.count);
    for (let i = 0; i < weights.length; i++)
      weights[i] = signs(i) * member.scale * own[Math.floor(i / member.group)]!;
    return weights;
  });
}

export function countFree({ count, group }: Pick<SeededMember, "count" | "group">): number {
  return Math.ceil(count / group);
}

/** Sizes of `blocks` blocks of `values` values in all: as even as can be, the larger ones first. */
export function cutEvenly(values: number, blocks: number): Uint32Array {
  const size = Math.floor(values / blocks);
  return Uint32Array.from({ length: blocks }, (_, block) => size + (block < values % blocks ? 1 : 0));
}

/** The free values of every member, before the scale. */
function decodeFree({ seed, choices, sizes, members }: SeededCode): Float64Array[] {
  const total = members.reduce((sum, member) => sum + countFree(member), 0);
  const places = drawPlaces(seed, total);
  const all = new Float64Array(total);
  let position = 0;
  (sizes ?? cutEvenly(total, choices.length)).forEach((size, block) => {
    const candidate = drawCandidates(seed, choices[block]!);
    for (let column = 0; column < size; column++) all[places[position++]!] = candidate(column);
  });
  let end = 0;
  return members.map((member) => {
    end += countFree(member);
    return all.subarray(end - countFree(member), end);
  });
}
