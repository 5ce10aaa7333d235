/**
 * How TensorFlow.js stores the values of a tensor: as float32, or smaller, as its converter's `--quantize_uint8`,
 * `--quantize_uint16` and `--quantize_float16` make them: whole numbers q that stand for q · scale + min, computed in
 * double and rounded to float32, or half floats. Read to the bits that TensorFlow.js itself reads
 * (tfjs-core/src/io/io_utils.ts, decodeWeight).
 */
import { fromFloat16Bits } from "@radlite/model/format";
import { z } from "zod";

const affine = z.object({ dtype: z.enum(["uint8", "uint16"]), scale: z.number(), min: z.number() });
const half = z.object({ dtype: z.literal("float16") });

/** What a manifest says of a tensor's storage. */
export const storageSchema = z.object({
  dtype: z.literal("float32"),
  quantization: z.discriminatedUnion("dtype", [affine, half]).optional(),
});

export type Storage = z.output<typeof storageSchema>;

export const STORAGE_TEXT = "float32, or uint8 or uint16 with scale and min, or float16";

const BYTES = { float32: 4, uint8: 1, uint16: 2, float16: 2 } as const;

/** Of one value. */
export const bytesOf = ({ quantization }: Storage): number => BYTES[quantization?.dtype ?? "float32"];

/** All values of a tensor from its bytes, little endian. */
export function decodeValues(bytes: Buffer, storage: Storage): Float32Array {
  const length = bytes.length / bytesOf(storage);
  const { quantization } = storage;
  const readEach = (read: (at: number) => number) => Float32Array.from({ length }, (_, at) => read(at));
  switch (quantization?.dtype) {
    case undefined:
      return readEach((at) => bytes.readFloatLE(4 * at));
    case "uint8":
      return readEach((at) => bytes[at]! * quantization.scale + quantization.min);
    case "uint16":
      return readEach((at) => bytes.readUInt16LE(2 * at) * quantization.scale + quantization.min);
    case "float16":
      return readEach((at) => fromFloat16Bits(bytes.readUInt16LE(2 * at)));
    default:
      return quantization satisfies never;
  }
}
