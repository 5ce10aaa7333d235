/** Every coding that this version writes and reads. */
import type { Coding } from "../network.ts";
import { binaryCodec } from "./binary.ts";
import { clusteredCodec } from "./clustered.ts";
import { type Codec, codeEach, type RunCodec } from "./codec.ts";
import { f16Codec } from "./f16.ts";
import { f32Codec } from "./f32.ts";
import { indexedCodec } from "./indexed.ts";
import { rangeCodec } from "./range.ts";
import { seededCodec } from "./seeded.ts";
import { sparseCodec } from "./sparse.ts";
import { steppedCodec } from "./stepped.ts";

const TENSOR_CODECS: readonly Codec[] = [
  f32Codec,
  f16Codec,
  clusteredCodec,
  indexedCodec,
  sparseCodec,
  rangeCodec,
  steppedCodec,
  binaryCodec,
];
const CODECS: readonly RunCodec[] = [...TENSOR_CODECS.map(codeEach), seededCodec];

/** @returns undefined for a coding that spans tensors. */
export function codecOf(kind: Coding["kind"]): Codec | undefined {
  return TENSOR_CODECS.find((codec) => codec.kind === kind);
}

/** @returns undefined for a coding that no codec here has. */
export function runCodecOf(kind: Coding["kind"]): RunCodec | undefined {
  return CODECS.find((codec) => codec.kind === kind);
}

export function codecWithId(id: number): RunCodec | undefined {
  return CODECS.find((codec) => codec.id === id);
}
