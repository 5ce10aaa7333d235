/** Every coding that this version writes and reads. */
import type { Coding } from "../network.ts";
import { clusteredCodec } from "./clustered.ts";
import type { Codec } from "./codec.ts";
import { f16Codec } from "./f16.ts";
import { f32Codec } from "./f32.ts";
import { indexedCodec } from "./indexed.ts";
import { rangeCodec } from "./range.ts";
import { sparseCodec } from "./sparse.ts";

const CODECS: readonly Codec[] = [f32Codec, f16Codec, clusteredCodec, indexedCodec, sparseCodec, rangeCodec];

/** @returns undefined for a coding that no codec here has. */
export function codecOf(kind: Coding["kind"]): Codec | undefined {
  return CODECS.find((codec) => codec.kind === kind);
}

export function codecWithId(id: number): Codec | undefined {
  return CODECS.find((codec) => codec.id === id);
}
