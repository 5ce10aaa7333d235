/**
 * Value: one tensor of a run and where it lies. Operators are functions of values: they read their inputs,
 * write all of their output, allocate nothing in inner loops and keep no state. No output shares memory with
 * an input.
 */
import type { ValueShape } from "@radlite/model/format";

export interface Value {
  shape: ValueShape;
  data: Float32Array; // [height, width, channels], row-major
}
