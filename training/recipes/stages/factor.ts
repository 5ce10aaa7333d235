/** Low-rank factorisation: what a recipe may say of it; compression/factor.ts does it. */
import { z } from "zod";
import { parseRankRule, RANK_RULE_TEXT } from "../rank-rule.ts";
import { choice, number, section, whole } from "../rules.ts";
import type { StageKind } from "./kind.ts";
import { LAYERS, MAX_DROP, PINNED } from "./rules.ts";

const rankRule = z.string(RANK_RULE_TEXT).transform((written, context) => {
  try {
    return parseRankRule(written);
  } catch {
    context.issues.push({ code: "custom", message: RANK_RULE_TEXT, input: written });
    return z.NEVER;
  }
});

const RANKS_TEXT = "a list of one rank, or of two: of the inputs and of the outputs";

export const factor = {
  does: "layers become thinner ones, one after the other",
  paper:
    "Kim et al., Compression of Deep Convolutional Neural Networks, ICLR 2016 (https://arxiv.org/abs/1511.06530)",
  renumbers: true,
  section: section({
    name: z.literal("factor"),
    /** How the ranks of layers are found that `layers` does not name. */
    ranks: rankRule.prefault("energy:0.9"),
    /** What ranks and factors are to keep: the layers' answers to training images, or their weights. */
    metric: choice("outputs", "weights").default("outputs"),
    /** Ranks of single layers, numbered as `radlite inspect` shows them. */
    layers: z
      .array(
        section({
          layer: LAYERS,
          ranks: z.array(whole(1, 65536), RANKS_TEXT).min(1, RANKS_TEXT).max(2, RANKS_TEXT),
        }),
        "a list of maps of the keys layer, ranks",
      )
      .default([]),
    /** Layers that stay as they are. */
    pinned: PINNED,
    /** Fully connected layers; `pointwise`: 1x1 convolutions; `spatial`: larger ones. */
    dense: choice("svd", "keep").default("svd"),
    pointwise: choice("svd", "keep").default("svd"),
    spatial: choice("tucker", "keep").default("tucker"),
    algorithm: choice("exact", "randomised").default("exact"),
    /** Of higher-order orthogonal iteration over the bases of a spatial layer. */
    sweeps: whole(0, 100).default(0),
    seed: whole(0, 2 ** 31 - 1).default(1),
    /** Epochs of fine-tuning afterwards. */
    epochs: whole(0, 1000).default(5),
    rate: number(1e-7, 0.1).default(0.0005),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
