/** Sigmoid: 1 / (1 + e^-x). */
import type { Value } from "./value.ts";

export function sigmoid(input: Value, output: Value): void {
  for (let i = 0; i < input.data.length; i++) output.data[i] = 1 / (1 + Math.exp(-input.data[i]!));
}
