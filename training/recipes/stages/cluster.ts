/** Weight sharing: what a recipe may say of it; compression/cluster.ts does it. */
import { z } from "zod";
import { number, section, whole } from "../rules.ts";
import type { StageKind } from "./kind.ts";
import { layerBits, MAX_DROP, PINNED } from "./rules.ts";

export const cluster = {
  does: "weights of a layer share 2^bits values, which are trained on",
  paper: "Han, Mao & Dally, Deep Compression, ICLR 2016 (https://arxiv.org/abs/1510.00149)",
  section: section({
    name: z.literal("cluster"),
    /** Weights of a layer share 2^bits values. */
    bits: whole(1, 8).default(4),
    layers: layerBits(1, 8),
    /** Layers whose weights are not shared: they stay free, in float16. */
    pinned: PINNED,
    /** Epochs of training the shared values afterwards. */
    epochs: whole(0, 100).default(2),
    rate: number(1e-7, 0.1).default(0.0005),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
