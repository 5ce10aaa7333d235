/** Minimal random coding: what a recipe may say of it; compression/miracle/ does it. */
import { z } from "zod";
import { choice, number, section, whole } from "../rules.ts";
import type { StageKind } from "./kind.ts";
import { MAX_DROP } from "./rules.ts";

export const miracle = {
  does: "all weights are choices among random candidates, of so many bytes in all",
  paper: "Havasi, Peharz & Hernandez-Lobato, MIRACLE, ICLR 2019 (https://arxiv.org/abs/1810.00440)",

  section: section({
    name: z.literal("miracle"),
    /** Of the choices that stand for all weights, about as many with blocks: kl; the file has some more. */
    bytes: whole(16, 65536).default(3800),
    /** Of a choice: one of 2^bits candidates for a block of values. */
    bits: whole(8, 16).default(12),
    /** Weights that share a value, up to their signs. */
    group: whole(1, 64).default(1),
    /** Blocks of equally many values, or of equal information with their sizes in the file. */
    blocks: choice("count", "kl").default("count"),
    /** Epochs of training the shared values before the file is thought of. */
    warmup: whole(0, 1000).default(5),
    /** Epochs in which what is known of the values comes down to the bytes. */
    epochs: whole(1, 1000).default(40),
    /** Training steps of the others after each block. */
    settle: whole(0, 1000).default(3),
    rate: number(1e-7, 0.1).default(0.001),
    seed: whole(0, 2 ** 31 - 1).default(1),
    maxDrop: MAX_DROP,
  }),
} satisfies StageKind;
