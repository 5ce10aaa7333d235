/** Damage to bytes whatever they mean: what the structure-aware mutations do inside one part of a file. */
import type { Numbers } from "../model/networks.ts";

const LONGEST_STRETCH = 12;
/** Bytes that turn counts, varints, signs and markers into their extremes. */
const EXTREMES = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff] as const;

/** One to `most` changes; parts of `donor`, bytes of the same kind, may come in. */
export function mutateBytes(bytes: Uint8Array, numbers: Numbers, donor: Uint8Array, most = 3): Uint8Array {
  let mutant = bytes;
  for (let change = numbers.whole(1, most); change > 0; change--) mutant = changeOnce(mutant, numbers, donor);
  return mutant;
}

export function randomBytes(numbers: Numbers, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => randomByte(numbers));
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    all.set(part, position);
    position += part.length;
  }
  return all;
}

function changeOnce(bytes: Uint8Array, numbers: Numbers, donor: Uint8Array): Uint8Array {
  const at = numbers.whole(0, Math.max(bytes.length - 1, 0));
  const stretch = numbers.whole(1, LONGEST_STRETCH);
  const before = bytes.subarray(0, at);
  switch (numbers.whole(0, 7)) {
    case 0:
    case 1:
      return overwrite(bytes, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << numbers.whole(0, 7))));
    case 2:
      return overwrite(bytes, at, Uint8Array.of(randomByte(numbers)));
    case 3:
      return overwrite(bytes, at, new Uint8Array(stretch).fill(randomByte(numbers)));
    case 4:
      return concatBytes(before, randomBytes(numbers, stretch), bytes.subarray(at));
    case 5:
      return concatBytes(before, bytes.subarray(at + stretch));
    case 6:
      return concatBytes(bytes.subarray(0, at + stretch), bytes.subarray(at));
    default: {
      const from = numbers.whole(0, donor.length);
      return overwrite(bytes, at, donor.subarray(from, from + stretch));
    }
  }
}

/** The bytes with others over them from `at` on, as far as they reach. */
function overwrite(bytes: Uint8Array, at: number, others: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(others.subarray(0, Math.max(bytes.length - at, 0)), Math.min(at, bytes.length));
  return copy;
}

function randomByte(numbers: Numbers): number {
  return numbers.whole(0, 1) ? numbers.whole(0, 255) : numbers.pick(EXTREMES);
}
