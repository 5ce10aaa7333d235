/** Rules that sections of several stages share. */
import { z } from "zod";
import { number, section, whole } from "../rules.ts";

/** Layers by number, as `radlite inspect` shows them. */
export const LAYERS = whole(1, 4096, "layer");

export const MAX_DROP = number(0, 50, "hundredths of AUC")
  .optional()
  .describe("What it may lose on validation; the recipe stops where it loses more. Absent: anything.");

/** Layers that stay as they are. */
export const PINNED = z.array(LAYERS, "a list of layer numbers").default([]);

/** Bits of single layers. */
export const layerBits = (low: number, high: number) =>
  z
    .array(
      section({
        layer: LAYERS.describe("Its number."),
        bits: whole(low, high, "bits a weight").describe("What it gets."),
      }),
      "a list of maps of the keys layer, bits",
    )
    .default([])
    .describe("Bits of single layers.");
