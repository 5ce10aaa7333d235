/** Relu: max(x, 0). */
import type { Value } from "./value.ts";

export function relu(input: Value, output: Value): void {
  for (let i = 0; i < input.data.length; i++) output.data[i] = Math.max(input.data[i]!, 0);
}
