/**
 * How many bits the weights of each layer get, for the stages in which weights share values: those of the stage,
 * of single layers their own, and of pinned layers none, so that these stay free and end in float16.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Network } from "@radlite/model/format";
import { checkLayerNumbers, listWeightedLayers } from "./layer-numbers.ts";

/** Layers are numbered as `radlite inspect` shows them. */
export interface LayerBits {
  bits: number;
  /** Bits of single layers. */
  layers?: readonly { layer: number; bits: number }[];
  pinned?: readonly number[];
}

/** The bits of a pinned layer's weights: as many as a float16 has, for which a codebook is never shorter. */
const PINNED_BITS = 16;

/**
 * For each tensor the bits of its values; `undefined` for biases. `stage` is named in messages.
 * Errors: BAD_INPUT for a layer that there is not or that is named twice.
 */
export function findTensorBits(
  network: Network,
  { bits, layers = [], pinned = [] }: LayerBits,
  stage: string,
): (number | undefined)[] {
  const named = layers.map(({ layer }) => layer);
  checkLayerNumbers(network, named, `${stage}: layers`);
  checkLayerNumbers(network, pinned, `${stage}: pinned`);
  const twice = [...named, ...pinned].find((layer, at, all) => all.indexOf(layer) < at);
  if (twice !== undefined) {
    throw new RadliteError(
      "BAD_INPUT",
      `${stage}: layer ${twice} is named twice in layers and pinned; name it once.`,
    );
  }
  const found = network.tensors.map((): number | undefined => undefined);
  for (const { layer, node } of listWeightedLayers(network)) {
    const own = layers.find((one) => one.layer === layer)?.bits ?? bits;
    found[node.weights] = pinned.includes(layer) ? PINNED_BITS : own;
  }
  return found;
}

/** The options as a version keeps them. */
export function describeLayerBits({ bits, layers = [], pinned = [] }: LayerBits) {
  return { bits, layers: layers.map(({ layer, bits }) => ({ layer, bits })), pinned: [...pinned] };
}
