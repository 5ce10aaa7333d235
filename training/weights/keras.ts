/**
 * Weights in a Keras `.h5` file, as `save_weights` writes it or, below `model_weights`, `save`. Both list their
 * layers in the attribute `layer_names` and, of each, its tensors in `weight_names`; attributes too long for
 * HDF5 are cut into `layer_names0`, `layer_names1` and so on.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { RadliteError } from "@radlite/model/errors";
import type { Dataset, File, Group } from "h5wasm/node";
import {
  refuseWeights,
  type StoredLayer,
  type StoredTensor,
  type StoredWeights,
  splitName,
} from "./stored.ts";

const FLOAT32 = "<f";
/** HDF5's superblock: by its version, where the file's end stands in it, as eight bytes. */
const SIGNATURE = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");
const END_OFFSETS = [40, 44, 28, 28];
const SUPERBLOCK_BYTES = 52;

const UNREADABLE = "it is no HDF5 file, or a damaged one";

/** Errors: BAD_INPUT (no HDF5, no Keras file, not float32, damaged). */
export async function openKerasFile(path: string): Promise<StoredWeights> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw refuseWeights(path, "a file was expected"); // a pipe would never come to an end
  const { default: h5, File } = await import("h5wasm/node");
  (await h5.ready).activate_throwing_error_handler(); // in place of HDF5's own reports on stderr
  const file = attempt(path, describeEnd(path) ?? UNREADABLE, () => new File(path, "r"));
  try {
    const layers = attempt(path, UNREADABLE, () => readLayers(file, path));
    return { origin: path, layers, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readLayers(file: File, path: string): StoredLayer[] {
  const inner = file.get("model_weights") as Group | null;
  const names = readNames(file, "layer_names") ?? (inner && readNames(inner, "layer_names"));
  if (!names) {
    throw refuseWeights(path, "it was expected to list its layers in layer_names, as Keras' HDF5 files do");
  }
  const root = readNames(file, "layer_names") ? file : inner!;
  return names.flatMap((name): StoredLayer[] => {
    const group = root.get(name) as Group | null;
    const weightNames = (group && readNames(group, "weight_names")) ?? [];
    if (weightNames.length === 0) return []; // a layer without weights
    return [{ name, tensors: weightNames.map((weight) => describeTensor(group!, weight, name, path)) }];
  });
}

function describeTensor(group: Group, name: string, layer: string, path: string): StoredTensor {
  const damaged = `${name} of layer ${layer} cannot be read; the file is damaged`;
  const dataset = attempt(path, damaged, () => group.get(name)) as Dataset | null;
  if (dataset === null || !("value" in dataset)) throw refuseWeights(path, damaged);
  const { shape, dtype } = dataset;
  if (dtype !== FLOAT32 || !shape) {
    throw refuseWeights(path, `${name} of layer ${layer} was expected as float32 and is ${dtype}`);
  }
  return {
    name: splitName(name)[1],
    shape: [...shape],
    read: () => Float32Array.from(attempt(path, damaged, () => dataset.value) as Float32Array),
  };
}

/** Both places, where a file ends before the place that its superblock names as its end; else `undefined`. */
function describeEnd(path: string): string | undefined {
  const head = Buffer.alloc(SUPERBLOCK_BYTES);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  const at = END_OFFSETS[head[SIGNATURE.length]!];
  if (!head.subarray(0, SIGNATURE.length).equals(SIGNATURE) || at === undefined) return undefined;
  const [expected, found] = [head.readBigUInt64LE(at), BigInt(statSync(path).size)];
  return found < expected
    ? `it was expected to end at byte ${expected} and ends at ${found}: it is truncated`
    : undefined;
}

/** `undefined` where there is no such attribute. */
function readNames({ attrs }: Group, key: string): string[] | undefined {
  const whole = attrs[key];
  if (whole) return whole.value as string[];
  const parts: string[] = [];
  for (let at = 0; attrs[`${key}${at}`]; at++) parts.push(...(attrs[`${key}${at}`]!.value as string[]));
  return parts.length > 0 ? parts : undefined;
}

function attempt<T>(path: string, problem: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof RadliteError) throw cause;
    throw refuseWeights(path, problem, cause);
  }
}
