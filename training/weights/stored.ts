/**
 * Weights as a file holds them, whatever kind of file it is: layers by name, in the order of the network that
 * they were taken from. Values are read when they are asked for, so that a classifier that nobody wants is not.
 */
import { RadliteError } from "@radlite/model/errors";

export interface StoredWeights {
  /** The file or folder, for messages. */
  origin: string;
  /** Those that have weights. */
  layers: StoredLayer[];
  /** Gives up the file. */
  close(): void;
}

export interface StoredLayer {
  name: string;
  /** In the order of the file; absent where the file names the layer and lacks its values. */
  tensors: StoredTensor[] | undefined;
}

export interface StoredTensor {
  /** Without the layer's: `kernel`, `moving_mean`. */
  name: string;
  shape: number[];
  /** Row-major. Errors: BAD_INPUT (damaged). */
  read(): Float32Array;
}

/** `conv1/bn/gamma:0` -> [`conv1/bn`, `gamma`]. */
export function splitName(name: string): [layer: string, tensor: string] {
  const plain = name.replace(/:\d+$/, "");
  const slash = plain.lastIndexOf("/");
  return [plain.slice(0, Math.max(slash, 0)), plain.slice(slash + 1)];
}

export function refuseWeights(origin: string, problem: string, cause?: unknown): RadliteError {
  return new RadliteError("BAD_INPUT", `Weights ${origin}: ${problem}.`, { cause });
}
