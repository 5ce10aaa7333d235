/** Quantisation: what a recipe may say of it; compression/quantise.ts does it. */
import { z } from "zod";
import { number, section, whole } from "../rules.ts";
import type { StageKind } from "./kind.ts";
import { layerBits, MAX_DROP, PINNED } from "./rules.ts";

export const quantise = {
  does: "a layer's weights become 2^bits multiples of a step that is learnt too",
  paper: "Esser et al., Learned Step Size Quantization, ICLR 2020 (https://arxiv.org/abs/1902.08153)",
  section: section({
    name: z.literal("quantise"),
    bits: whole(2, 8, "bits a weight")
      .default(4)
      .describe("A layer's weights become 2^bits multiples of its step."),
    layers: layerBits(2, 8),
    pinned: PINNED.describe("Layers that are not rounded to steps: they stay free, in float16."),
    biasBits: whole(2, 8, "bits a bias")
      .optional()
      .describe("The same for biases; absent: they stay in float16. Worth it where `range` follows."),
    epochs: whole(0, 1000, "epochs")
      .default(10)
      .describe("Training weights and steps, rounded all the while."),
    rate: number(1e-7, 0.1, "per step").default(0.0005).describe("Highest learning rate."),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
