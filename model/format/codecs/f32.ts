/** f32: every value as it is, four bytes each, little-endian. */
import { type Codec, sizeOf } from "./codec.ts";

export const f32Codec: Codec<"f32"> = {
  id: 0,
  kind: "f32",
  findProblem: () => undefined,
  encode: ({ values }, writer) => writer.float32s(values),
  decode: (reader, shape) => ({
    shape,
    values: reader.float32s(sizeOf(shape), "float32 weights"),
    coding: { kind: "f32" },
  }),
};
