/** Clip: min(max(x, 0), 6), known as ReLU6. */
import type { Value } from "./value.ts";

const UPPER = 6;

export function clip(input: Value, output: Value): void {
  for (let i = 0; i < input.data.length; i++) output.data[i] = Math.min(Math.max(input.data[i]!, 0), UPPER);
}
