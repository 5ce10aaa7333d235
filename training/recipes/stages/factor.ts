/** Low-rank factorisation: what a recipe may say of it; compression/factor.ts does it. */
import { z } from "zod";
import { parseRankRule, RANK_RULE_TEXT } from "../rank-rule.ts";
import { choice, number, SEED, section, whole } from "../rules.ts";
import type { StageKind } from "./kind.ts";
import { LAYERS, MAX_DROP, PINNED } from "./rules.ts";

const rankRule = z
  .string(RANK_RULE_TEXT)
  .meta({ allowed: RANK_RULE_TEXT })
  .transform((written, context) => {
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
    ranks: rankRule
      .prefault("energy:0.9")
      .describe("How the ranks of layers are found that `layers` does not name."),
    metric: choice("outputs", "weights")
      .default("outputs")
      .describe(
        "What ranks and factors are to keep: the layers' answers to training images, or their weights.",
      ),
    layers: z
      .array(
        section({
          layer: LAYERS.describe("Its number."),
          ranks: z
            .array(whole(1, 65536, "rank"), RANKS_TEXT)
            .min(1, RANKS_TEXT)
            .max(2, RANKS_TEXT)
            .describe("One, or two: of the inputs and of the outputs."),
        }),
        "a list of maps of the keys layer, ranks",
      )
      .default([])
      .describe("Ranks of single layers."),
    pinned: PINNED.describe("Layers that stay as they are."),
    dense: choice("svd", "keep").default("svd").describe("Fully connected layers."),
    pointwise: choice("svd", "keep").default("svd").describe("1x1 convolutions."),
    spatial: choice("tucker", "keep").default("tucker").describe("Larger convolutions."),
    algorithm: choice("exact", "randomised").default("exact").describe("How singular values are found."),
    sweeps: whole(0, 100, "sweeps")
      .default(0)
      .describe("Higher-order orthogonal iteration over the bases of a spatial layer."),
    seed: SEED.describe("Draws what is random in it."),
    epochs: whole(0, 1000, "epochs").default(5).describe("Fine-tuning afterwards."),
    rate: number(1e-7, 0.1, "per step").default(0.0005).describe("Highest learning rate."),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
