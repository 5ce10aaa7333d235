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
    /** A layer's weights become 2^bits multiples of its step. */
    bits: whole(2, 8).default(4),
    layers: layerBits(2, 8),
    /** Layers that are not rounded to steps: they stay free, in float16. */
    pinned: PINNED,
    /** The same for biases, which else stay in float16; worth it where `range` follows. */
    biasBits: whole(2, 8).optional(),
    /** Epochs of training weights and steps, rounded all the while. */
    epochs: whole(0, 1000).default(10),
    rate: number(1e-7, 0.1).default(0.0005),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
