/**
 * Codec: how one tensor's numbers become bytes and come back, bit for bit. A codec knows its shape from the
 * graph, so it stores neither shape nor length, and reads exactly the bytes that it wrote: tensors lie end to
 * end. A new coding is a new file here and a line in registry.ts; ids are never used twice.
 */
import type { ByteReader, ByteWriter } from "../byte-stream.ts";
import type { Coding, WeightTensor } from "../network.ts";

export interface Codec<Kind extends Coding["kind"] = Coding["kind"]> {
  /** The byte that names this coding in the header. */
  id: number;
  kind: Kind;
  /** What keeps this coding from holding these values exactly, said so that "tensor 3 …" is a sentence; or undefined. */
  findProblem(tensor: WeightTensor): string | undefined;
  encode(tensor: WeightTensor, writer: ByteWriter): void;
  /** @throws BAD_ARTIFACT where the bytes end too early or hold what `encode` never writes. */
  decode(reader: ByteReader, shape: number[]): WeightTensor;
}

export function sizeOf(shape: number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
