/** Mul: value by value; an input of a single pixel stands for all pixels of the other. */
import type { Value } from "./value.ts";

export function mul(a: Value, b: Value, output: Value): void {
  const [large, small] = a.data.length >= b.data.length ? [a.data, b.data] : [b.data, a.data];
  for (let start = 0; start < large.length; start += small.length) {
    for (let i = 0; i < small.length; i++) output.data[start + i] = large[start + i]! * small[i]!;
  }
}
