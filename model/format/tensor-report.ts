/**
 * What each tensor of a file takes, beside what it would have to: bytes and non-zeros against the entropy of its
 * values. Bytes of the tensors and of the file's other parts add up to the file.
 */
import type { Part } from "./container.ts";
import type { Coding, Network } from "./network.ts";

/** Biases are weights here. */
export interface TensorReport {
  /** Its number in the opened network. */
  tensor: number;
  shape: number[];
  coding: Coding["kind"];
  weights: number;
  nonZeros: number;
  distinct: number;
  /** Of the values by their frequencies, in bits a weight: what no code of single symbols goes below. */
  entropyBits: number;
  /** As stored, codebook and tables included. */
  bytes: number;
}

/** `network` and `parts` as `open` and `describeParts` give them for the same file. */
export function reportTensors({ tensors }: Pick<Network, "tensors">, parts: readonly Part[]): TensorReport[] {
  return tensors.map(({ shape, values, coding }, tensor) => {
    const counts = countValues(values);
    return {
      tensor,
      shape,
      coding: coding.kind,
      weights: values.length,
      nonZeros: values.length - (counts.get(0) ?? 0),
      distinct: counts.size,
      entropyBits: measureEntropy([...counts.values()]),
      bytes: parts.find((part) => part.tensor === tensor)?.bytes ?? 0,
    };
  });
}

/** -sum p log2 p over the symbols' counts, in bits a symbol. */
export function measureEntropy(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bits = counts.reduce((sum, count) => (count === 0 ? sum : sum + count * Math.log2(total / count)), 0);
  return total === 0 ? 0 : bits / total;
}

function countValues(values: Float32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
