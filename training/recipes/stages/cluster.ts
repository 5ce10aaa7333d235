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
    bits: whole(1, 8, "bits a weight").default(4).describe("Weights of a layer share 2^bits values."),
    layers: layerBits(1, 8),
    pinned: PINNED.describe("Layers whose weights are not shared: they stay free, in float16."),
    epochs: whole(0, 100, "epochs").default(2).describe("Training the shared values afterwards."),
    rate: number(1e-7, 0.1, "per step").default(0.0005).describe("Highest learning rate."),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
