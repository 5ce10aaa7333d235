/**
 * Peer: an inference engine in the bench. All load the same network from a folder, each from the file that it
 * would be shipped with, and run it on one thread. A peer's module exports `load` and nothing runs before it.
 */
import { pathToFileURL } from "node:url";

export const PEERS = ["radlite", "onnxruntime-node", "onnxruntime-web", "tfjs-wasm", "tfjs-node"] as const;

export type PeerName = (typeof PEERS)[number];

/** From the image, [height, width, channels], to the logits. */
export type Run = (image: Float32Array) => Promise<Float32Array> | Float32Array;

export type Load = (folder: string) => Promise<Run>;

/** Imports a bundled peer and loads its network. */
export async function loadPeer(program: string, folder: string): Promise<Run> {
  const { load } = (await import(pathToFileURL(program).href)) as { load: Load };
  return load(folder);
}
