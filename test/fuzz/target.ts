/**
 * Target: a way into the product, and the inputs that are sent down it. An input follows from seed and number
 * alone, so any one of a million can be made again without the others.
 */
import { createNumbers, type Numbers } from "../model/networks.ts";

export const TARGETS = ["format", "input", "planner", "dicom", "gate"] as const;

export type TargetName = (typeof TARGETS)[number];

export interface Target {
  generate(seed: number, index: number): Uint8Array;
  /** Gives the bytes to the product. What it throws is the product's; a plain Error says which law is broken. */
  read(bytes: Uint8Array): Promise<void>;
  /** Whether bytes that were refused had got past the header all the same. */
  passesHeader(bytes: Uint8Array): Promise<boolean>;
}

/** Numbers of one input. The generator takes 32 bits of seed, so seed and index are scattered over all of them. */
export function numbersOf(seed: number, index: number): Numbers {
  return createNumbers(scatter(scatter(seed) + index));
}

/** One of several choices, each as likely as its weight says. */
export function pickWeighted<T>(
  numbers: Numbers,
  choices: readonly (readonly [weight: number, choice: T])[],
): T {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);
  let ticket = numbers.whole(1, total);
  for (const [weight, choice] of choices) {
    ticket -= weight;
    if (ticket <= 0) return choice;
  }
  throw new Error(`expected weights above 0, got [${choices.map(([weight]) => weight)}]`);
}

/** The finaliser of MurmurHash3: every bit of the result depends on every bit of the number. */
function scatter(number: number): number {
  let bits = number | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) | 0;
}
