/** Tensors of weights for tests, in every coding that holds one tensor alone. */
import { type Coding, roundToFloat16, type WeightTensor } from "@radlite/model/format";

/** Codings of single tensors. */
export type TensorCoding = Exclude<Coding["kind"], "seeded">;

export const ALL_CODINGS: readonly TensorCoding[] = [
  "f32",
  "f16",
  "clustered",
  "indexed",
  "sparse",
  "range",
  "stepped",
  "binary",
];

/** The values of a tensor, rounded to what its coding holds. */
export function codedTensor(
  shape: number[],
  values: Float32Array,
  kind: TensorCoding,
  entries = 16,
): WeightTensor {
  if (kind === "f32") return { shape, values, coding: { kind } };
  if (kind === "f16") return { shape, values: roundToFloat16(values), coding: { kind } };
  if (kind === "binary") {
    const filters = shape.at(-1)!;
    const magnitudes = roundToFloat16(
      values.subarray(0, filters).map((value) => Math.max(Math.abs(value), 2 ** -14)),
    );
    return {
      shape,
      coding: { kind },
      values: values.map((value, at) => Math.sign(value || 1) * magnitudes[at % filters]!),
    };
  }
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  if (kind === "stepped") return steppedTensor(shape, values, entries);
  const isSparse = kind === "sparse";
  const count = isSparse ? entries - 1 + (entries % 2) : entries; // an odd number of them has a zero in its middle
  const codebook = roundToFloat16(
    Float32Array.from({ length: count }, (_, i) =>
      count === 1 ? (isSparse ? 0 : largest) : largest * ((2 * i) / (count - 1) - 1),
    ),
  );
  const indices = Uint8Array.from(values, (value) => Math.round(((value / largest + 1) / 2) * (count - 1)));
  return {
    shape,
    values: Float32Array.from(indices, (index) => codebook[index]!),
    coding: { kind, codebook, indices },
  };
}

/** Multiples of a step from half the levels below zero. */
function steppedTensor(shape: number[], values: Float32Array, levels: number): WeightTensor {
  const lowest = -Math.floor(levels / 2);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  const step = roundToFloat16(Float32Array.of(largest / Math.max(-lowest, 1)))[0]!;
  const codebook = roundToFloat16(Float32Array.from({ length: levels }, (_, at) => (lowest + at) * step));
  const indices = Uint8Array.from(values, (value) =>
    Math.min(levels - 1, Math.max(0, Math.round(value / step) - lowest)),
  );
  const coded = Float32Array.from(indices, (index) => codebook[index]!);
  return { shape, values: coded, coding: { kind: "stepped", codebook, indices } };
}
