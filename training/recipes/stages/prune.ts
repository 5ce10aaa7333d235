/** Pruning: what a recipe may say of it; compression/prune.ts does it. */
import { z } from "zod";
import { choice, number, section, whole } from "../rules.ts";
import type { StageKind } from "./kind.ts";
import { MAX_DROP, PINNED } from "./rules.ts";

export const prune = {
  does: "the smallest weights become zero, or the smallest filters go",
  paper: "Zhu & Gupta, To prune, or not to prune, ICLR 2018 workshop (https://arxiv.org/abs/1710.01878)",
  section: section({
    name: z.literal("prune"),
    unit: choice("weight", "filter")
      .default("weight")
      .describe("`weight`: single weights become zero; `filter`: whole filters leave the network."),
    sparsity: number(0.1, 0.98, "share")
      .default(0.8)
      .describe("The share of weights, or of filters, that goes."),
    scope: choice("layer", "global")
      .default("global")
      .describe("`layer`: the same share of each; `global`: the smallest of all layers together."),
    pinned: PINNED.describe("Layers that are not pruned, numbered as `radlite inspect` shows them."),
    epochs: whole(0, 1000, "epochs").default(10).describe("Fine-tuning, while pruning and afterwards."),
    ramp: number(0, 1, "share of the epochs")
      .default(0.5)
      .describe(
        "The share of these in which sparsity rises, along a cubic; 0: all at once before the first.",
      ),
    rate: number(1e-7, 0.1, "per step").default(0.003).describe("Highest learning rate."),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
