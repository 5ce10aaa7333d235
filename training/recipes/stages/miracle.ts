/** Minimal random coding: what a recipe may say of it; compression/miracle/ does it. */
import { z } from "zod";
import { choice, number, SEED, section, whole } from "../rules.ts";
import type { StageKind } from "./kind.ts";
import { MAX_DROP } from "./rules.ts";

export const miracle = {
  does: "all weights are choices among random candidates, of so many bytes in all",
  paper: "Havasi, Peharz & Hernandez-Lobato, MIRACLE, ICLR 2019 (https://arxiv.org/abs/1810.00440)",

  section: section({
    name: z.literal("miracle"),
    bytes: whole(16, 65536, "bytes")
      .default(3800)
      .describe(
        "What the choices that stand for all weights take, about as much with `blocks: kl`; the file has some more.",
      ),
    bits: whole(8, 16, "bits a choice")
      .default(12)
      .describe("A block of values is one of 2^bits candidates."),
    group: whole(1, 64, "weights").default(1).describe("Weights that share a value, up to their signs."),
    blocks: choice("count", "kl")
      .default("count")
      .describe("Blocks of equally many values, or of equal information with their sizes in the file."),
    warmup: whole(0, 1000, "epochs")
      .default(5)
      .describe("Training the shared values before the file is thought of."),
    epochs: whole(1, 1000, "epochs")
      .default(40)
      .describe("While what is known of the values comes down to the bytes."),
    settle: whole(0, 1000, "steps a block")
      .default(3)
      .describe("Training steps of the others after each block."),
    rate: number(1e-7, 0.1, "per step").default(0.001).describe("Highest learning rate."),
    seed: SEED.describe("Draws what is random in it."),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
