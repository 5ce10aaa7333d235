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

/**
 * A coding that spans tensors: all of its kind that follow each other in the file have one stretch of bytes. The
 * others' runs are their tensors end to end (`codeEach`).
 */
export interface RunCodec {
  id: number;
  kind: Coding["kind"];
  findProblem(tensors: readonly WeightTensor[]): RunProblem | undefined;
  encode(tensors: readonly WeightTensor[], writer: ByteWriter): void;
  /** @throws BAD_ARTIFACT as `Codec` does. */
  decode(reader: ByteReader, shapes: readonly number[][]): ReadTensor[];
}

export interface ReadTensor {
  tensor: WeightTensor;
  /** Its share of the run's bytes; shares add up. */
  bytes: number;
}

/** Of tensor `at` of a run. */
export interface RunProblem {
  at: number;
  text: string;
}

export function codeEach({ id, kind, findProblem, encode, decode }: Codec): RunCodec {
  return {
    id,
    kind,
    findProblem(tensors) {
      for (const [at, tensor] of tensors.entries()) {
        const text = findProblem(tensor);
        if (text !== undefined) return { at, text };
      }
      return undefined;
    },
    encode(tensors, writer) {
      for (const tensor of tensors) encode(tensor, writer);
    },
    decode: (reader, shapes) =>
      shapes.map((shape) => {
        const start = reader.position;
        const tensor = decode(reader, shape);
        return { tensor, bytes: reader.position - start };
      }),
  };
}

export function sizeOf(shape: number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
