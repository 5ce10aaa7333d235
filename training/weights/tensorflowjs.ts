/**
 * Weights in TensorFlow.js' layers format: a folder of `model.json`, whose manifest names tensors, and of shards
 * with their values one after the other, little endian, as float32 or smaller (stored-values.ts). A folder that lacks
 * shards is read as far as it goes; one whose shards do not hold what the manifest says is refused.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import {
  refuseWeights,
  type StoredLayer,
  type StoredTensor,
  type StoredWeights,
  splitName,
} from "./stored.ts";
import { bytesOf, decodeValues, STORAGE_TEXT, type Storage, storageSchema } from "./stored-values.ts";

/** Of model.json: the largest network here has 1 MB. */
const DESCRIPTION_BYTES = 64 * 2 ** 20;

const manifestSchema = z.object({
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().regex(/^(?!\.)[^/\\]+$/, "the name of a file in the folder")),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(
            z
              .int()
              .min(0)
              .max(2 ** 24),
          ),
          dtype: z.string(),
          quantization: z.unknown().optional(),
        }),
      ),
    }),
  ),
});

/** Names layers in the order of the network; the manifest may have any. */
const topologySchema = z.object({
  modelTopology: z.object({
    model_config: z.object({
      config: z.object({ layers: z.array(z.object({ config: z.object({ name: z.string() }) })) }),
    }),
  }),
});

type Group = z.output<typeof manifestSchema>["weightsManifest"][number];
type Description = Group["weights"][number];

interface Shard {
  path: string;
  start: number; // bytes of the group before it
  bytes: number;
}

/** Errors: BAD_INPUT (no manifest, another format, a shard of another length). */
export function openTensorflowjsFolder(folder: string): StoredWeights {
  const description = readDescription(folder);
  const manifest = manifestSchema.safeParse(description);
  if (!manifest.success) {
    const [issue] = manifest.error.issues;
    throw refuseWeights(
      folder,
      `model.json is not of TensorFlow.js' layers format: ${issue!.path.join(".")} is not as expected (${issue!.message})`,
    );
  }
  const layers = new Map<string, StoredLayer>();
  for (const group of manifest.data.weightsManifest) addGroup(layers, folder, group);
  return { origin: folder, layers: sortLayers([...layers.values()], description), close: () => {} };
}

function readDescription(folder: string): unknown {
  const file = join(folder, "model.json");
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() === false) throw refuseWeights(folder, "model.json is no file"); // a pipe would never come to an end
  if (found && found.size > DESCRIPTION_BYTES)
    throw refuseWeights(folder, `model.json has ${found.size} bytes, expected at most ${DESCRIPTION_BYTES}`);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw refuseWeights(folder, `model.json cannot be read (${(cause as Error).message})`, cause);
  }
}

function addGroup(layers: Map<string, StoredLayer>, folder: string, group: Group): void {
  const { shards, bytes, complete } = listShards(folder, group);
  let end = 0;
  for (const { name, shape, ...stored } of group.weights) {
    const [layer, tensor] = splitName(name);
    const storage = readStorage(stored, folder, `${tensor} of layer ${layer}`);
    const [start, length] = [end, bytesOf(storage) * shape.reduce((product, side) => product * side, 1)];
    end += length;
    if (complete && end > bytes) {
      const shard = shards.at(-1)!.path;
      throw refuseWeights(
        folder,
        `${tensor} of layer ${layer}, ${shape.join("x")}, was expected to end at byte ${end} of ${group.paths.join(" + ")}, which ends at ${bytes}: ${shard} is truncated`,
      );
    }
    const read = () => decodeValues(readBytes(shards, start, length), storage);
    const known = layers.get(layer) ?? { name: layer, tensors: [] };
    layers.set(layer, known);
    if (end > bytes) known.tensors = undefined;
    known.tensors?.push({ name: tensor, shape, read } satisfies StoredTensor);
  }
  if (complete && end < bytes) {
    throw refuseWeights(
      folder,
      `${group.paths.join(" + ")} were expected to hold ${end} bytes and hold ${bytes}`,
    );
  }
}

function readStorage(
  stored: Pick<Description, "dtype" | "quantization">,
  folder: string,
  title: string,
): Storage {
  const { success, data, error } = storageSchema.safeParse(stored);
  if (success) return data;
  const { dtype, quantization } = stored;
  const found =
    quantization === undefined ? dtype : `${dtype} with quantization ${JSON.stringify(quantization)}`;
  const [issue] = error.issues;
  const at = issue!.path.length > 1 ? ` (${issue!.path.join(".")}: ${issue!.message})` : "";
  throw refuseWeights(folder, `${title} was expected as ${STORAGE_TEXT} and is ${found}${at}`);
}

/** The shards that are there, up to the first that is not: where those behind it begin is not known. */
function listShards(folder: string, { paths }: Group): { shards: Shard[]; bytes: number; complete: boolean } {
  const shards: Shard[] = [];
  let start = 0;
  for (const name of paths) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    const bytes = found?.isFile() ? found.size : undefined;
    if (bytes === undefined) {
      requireEqualLengths(folder, shards, name);
      return { shards, bytes: start, complete: false };
    }
    shards.push({ path, start, bytes });
    start += bytes;
  }
  return { shards, bytes: start, complete: true };
}

/** Shards but the last are of one length; where one is missing their sum says nothing, and a cut one shifts the rest. */
function requireEqualLengths(folder: string, shards: readonly Shard[], missing: string): void {
  const most = Math.max(...shards.map(({ bytes }) => bytes));
  const cut = shards.find(({ bytes }) => bytes !== most);
  if (!cut) return;
  throw refuseWeights(
    folder,
    `${missing} is missing, and ${cut.path} has ${cut.bytes} bytes where another has ${most}: it is truncated`,
  );
}

/** `length` bytes of the group from `from`, which may lie in several shards. */
function readBytes(shards: readonly Shard[], from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (const { path, start, bytes: size } of shards) {
    const [first, last] = [Math.max(from, start), Math.min(from + length, start + size)];
    if (first >= last) continue;
    const file = openSync(path, "r");
    try {
      readSync(file, bytes, first - from, last - first, first - start);
    } finally {
      closeSync(file);
    }
  }
  return bytes;
}

function sortLayers(layers: StoredLayer[], description: unknown): StoredLayer[] {
  const topology = topologySchema.safeParse(description);
  if (!topology.success) return layers;
  const names = topology.data.modelTopology.model_config.config.layers.map(({ config }) => config.name);
  const positions = new Map(names.map((name, at) => [name, at]));
  const find = ({ name }: StoredLayer) => positions.get(name) ?? names.length;
  return layers.toSorted((a, b) => find(a) - find(b));
}
