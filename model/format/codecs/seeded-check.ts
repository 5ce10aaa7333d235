/**
 * What keeps a seeded code from being written, or one just read from being believed: numbers that the file cannot
 * spell, members that are not the tensors of the run, blocks that do not hold the free values, and weights that
 * are not what the code decodes to.
 */
import type { SeededCode, WeightTensor } from "../network.ts";
import { type RunProblem, sizeOf } from "./codec.ts";
import { findInexact } from "./f16.ts";
import { countFree, decodeSeeded } from "./seeded-values.ts";

/** Bits of a choice, or of a block's size: what one stretch of the bit stream holds. */
export const MAX_BITS = 16;

/** Of the seeded tensors that follow each other in a file. */
export function findRunProblem(tensors: readonly WeightTensor[]): RunProblem | undefined {
  const codes = tensors.map(({ coding }) => (coding.kind === "seeded" ? coding.code : undefined));
  const [code] = codes;
  const other = codes.findIndex((one) => one !== code);
  if (code === undefined || other >= 0)
    return {
      at: Math.max(0, other),
      text: "is of another seeded code than the tensor before it in the file",
    };
  return findCodeProblem(code, tensors) ?? findWrongValue(code, tensors);
}

function findCodeProblem(code: SeededCode, tensors: readonly WeightTensor[]): RunProblem | undefined {
  if (code.members.length !== tensors.length)
    return {
      at: 0,
      text: `begins ${tensors.length} seeded tensors, whose code has ${code.members.length} members`,
    };
  const wrong = tensors.findIndex(
    ({ shape, coding }, at) =>
      coding.kind !== "seeded" || coding.member !== at || code.members[at]!.count !== sizeOf(shape),
  );
  if (wrong >= 0)
    return {
      at: wrong,
      text: `is not member ${wrong} of its code, with ${code.members[wrong]!.count} values`,
    };
  const text = findNumberProblem(code) ?? findShapeProblem(code);
  return text === undefined ? undefined : { at: 0, text: `has a seeded code with ${text}` };
}

/** Of what a file cannot spell. */
function findNumberProblem({ seed, bits, choices, members }: SeededCode): string | undefined {
  if (!Number.isInteger(bits) || bits < 1 || bits > MAX_BITS)
    return `choices of ${bits} bits, expected 1 to ${MAX_BITS}`;
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    return `seed ${seed}, expected a whole number below 2^32`;
  const wrong = choices.find((choice) => choice >= 1 << bits);
  if (wrong !== undefined) return `choice ${wrong}, expected ${bits} bits`;
  const inexact = findInexact(Float32Array.from(members, ({ scale }) => scale));
  return inexact && `scales of which one ${inexact}`;
}

/** Of what is wrong in a code just read, too. */
export function findShapeProblem({ choices, sizes, members }: SeededCode): string | undefined {
  for (const { count, group, scale } of members) {
    if (!Number.isInteger(group) || group < 1 || group > count)
      return `groups of ${group} in a tensor of ${count} values`;
    if (!(scale > 0 && Number.isFinite(scale))) return `scale ${scale}, expected a number above 0`;
  }
  const free = members.reduce((sum, member) => sum + countFree(member), 0);
  if (choices.length < 1 || choices.length > free) return `${choices.length} blocks of ${free} free values`;
  if (sizes === undefined) return undefined;
  const held = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length !== choices.length || held !== free || sizes.some((size) => size < 1 || size > 65536))
    return `${sizes.length} sizes that hold ${held} values, expected ${choices.length} for ${free}`;
  return undefined;
}

function findWrongValue(code: SeededCode, tensors: readonly WeightTensor[]): RunProblem | undefined {
  const decoded = decodeSeeded(code);
  for (const [at, { values }] of tensors.entries()) {
    const wrong = values.findIndex((value, i) => value !== decoded[at]![i]);
    if (wrong >= 0)
      return {
        at,
        text: `holds ${values[wrong]} at ${wrong}, expected ${decoded[at]![wrong]}, as its code decodes`,
      };
  }
  return undefined;
}
