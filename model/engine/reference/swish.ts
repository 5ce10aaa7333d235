/** Swish: x / (1 + e^-x), known as SiLU. */
import type { Value } from "./value.ts";

export function swish(input: Value, output: Value): void {
  for (let i = 0; i < input.data.length; i++)
    output.data[i] = input.data[i]! / (1 + Math.exp(-input.data[i]!));
}
