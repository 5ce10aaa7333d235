/** Rules that sections of several stages share. */
import { z } from "zod";
import { number, section, whole } from "../rules.ts";

/** Layers by number, as `radlite inspect` shows them. */
export const LAYERS = whole(1, 4096);

/** Points of validation AUC (hundredths of it) that a stage may lose; the recipe stops where it loses more. */
export const MAX_DROP = number(0, 50).optional();

/** Layers that stay as they are. */
export const PINNED = z.array(LAYERS, "a list of layer numbers").default([]);

/** Bits of single layers. */
export const layerBits = (low: number, high: number) =>
  z
    .array(section({ layer: LAYERS, bits: whole(low, high) }), "a list of maps of the keys layer, bits")
    .default([]);
