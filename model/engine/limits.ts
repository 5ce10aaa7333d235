/** What a network may take to run, held against its plan before anything is allocated. */
import { RadliteError } from "@radlite/model/errors";

export const RUN_LIMITS = {
  /**
   * bytes: all values of a run at its fullest; room for VGG19 at 512x512 pixels. The image that the caller brings and
   * the features that it gets are copies, so a process takes up to twice as much.
   */
  valueBytes: 5 * 2 ** 25,
  /** bytes: values and weights together, laid out for the WASM kernels */
  memoryBytes: 2 ** 30,
} as const;

/** @throws BAD_ARTIFACT when the values of a run take more than the limit. */
export function requireValueBytes(bytes: number): void {
  requireBytes(bytes, RUN_LIMITS.valueBytes);
}

/** @throws BAD_ARTIFACT when values and weights together take more than the limit. */
export function requireMemoryBytes(bytes: number): void {
  requireBytes(bytes, RUN_LIMITS.memoryBytes);
}

function requireBytes(bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new RadliteError(
    "BAD_ARTIFACT",
    `network takes ${bytes} bytes of memory to run, expected at most ${limit}`,
  );
}
