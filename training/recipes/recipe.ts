/**
 * What a recipe may say, as data: every key with its allowed values and its default. A recipe decides the
 * result of a training and names no path and no machine: the images come from `--data` or a configured data
 * set. The text of each rule is what a reader of a faulty recipe is told ("a number from 0 to 1").
 */
import { parseThresholdRule } from "@radlite/model/format";
import { z } from "zod";
import { chooseNormalisation, FAMILIES, isBinary, isPublished } from "../architectures/families.ts";
import { architecture, initial, input, LARGEST_SIDE } from "./network.ts";
import { PROPERTIES } from "./properties.ts";
import { parseRankRule, RANK_RULE_TEXT } from "./rank-rule.ts";
import { choice, number, section, text, whole } from "./rules.ts";

const THRESHOLD_TEXT =
  "half, youden, or sensitivity: with a target above 0 and up to 1, such as sensitivity:0.95";

const threshold = z.string(THRESHOLD_TEXT).transform((written, context) => {
  try {
    return parseThresholdRule(written);
  } catch {
    context.issues.push({ code: "custom", message: THRESHOLD_TEXT, input: written });
    return z.NEVER;
  }
});

const validation = section({
  /** Share of the training images, by whole patients of each class. */
  fraction: number(0.02, 0.5).default(0.12),
  /** Of the patients that are drawn at random. */
  seed: whole(0, 2 ** 31 - 1).default(1),
  /** In place of random patients those most like the other class in one property: see data/shifted-split.ts. */
  against: choice(...PROPERTIES).optional(),
});

const fit = section({
  epochs: whole(1, 1000),
  batch: whole(2, 1024).default(64),
  /** Highest learning rate, reached after the warm-up; a cosine takes it to zero. */
  rate: number(1e-6, 1).default(0.002),
  /** Epochs of linear warm-up. */
  warmup: number(0, 100).default(1),
  /** Decoupled: a step takes rate * weightDecay * w from every convolution weight. */
  weightDecay: number(0, 10).default(0),
  labelSmoothing: number(0, 0.5).default(0),
  /** Decay of the exponential average of the weights, a step; 0 keeps the raw weights. */
  averaging: number(0, 0.99999).default(0),
  /** `balanced`: each class weighs the same in the loss. */
  classWeights: choice("balanced", "none").default("balanced"),
  seed: whole(0, 2 ** 31 - 1).default(1),
});

const TEACHER = "a name such as residual-64 or residual-64/parent, a list of 1 to 8 of them, or itself";

/** In place of a teacher: the network that the same recipe gave before (runs/generations.ts). */
export const ITSELF = "itself";

const teacherName = z.string(TEACHER).regex(/^[a-z0-9][a-z0-9-]{0,63}(\/parent)?$/, TEACHER);

const LAYERS = whole(1, 4096);

const HINTS_TEXT = "a list of 1 to 8 maps of the keys teacher, student, weight";

const hint = section({
  /** A layer of the first teacher, numbered as `radlite inspect` shows it; absent: what its last global average pool reads. */
  teacher: LAYERS.optional(),
  /** The student's layer that follows it, as `radlite inspect` shows the float network of the recipe. */
  student: LAYERS.optional(),
  /** Of the hint in the loss; 1 counts a student whose values are all 0 as one. */
  weight: number(0, 1000),
});

const teaching = section({
  /** Shipped models, or `/parent` the float network that one was compressed from; of several the mean logit. Or `itself`. */
  teacher: z.union([teacherName.transform((name) => [name]), z.array(teacherName).min(1).max(8)], TEACHER),
  /** Divides the logits of teacher and student: the higher, the more the unlikely class counts. */
  temperature: number(0.1, 1000).default(2),
  /** Of the labels in the loss; the teacher's is 1 - weight. */
  weight: number(0, 1).default(0.1),
  /** Values inside the network that follow the teacher's while it is fitted; see fit/hints.ts. */
  hints: z.array(hint, HINTS_TEXT).min(1, HINTS_TEXT).max(8, HINTS_TEXT).optional(),
  /** With `teacher: itself`, how often a network learns from the one before; absent: once. */
  generations: whole(1, 16).optional(),
});

const distil = teaching.superRefine(({ teacher, generations }, context) => {
  const isAlone = teacher.length === 1;
  if (teacher.includes(ITSELF) && !isAlone) {
    context.addIssue({ code: "custom", path: ["teacher"], message: "itself alone, or other names" });
  }
  if (generations !== undefined && teacher[0] !== ITSELF) {
    const message = "left out, where the teacher is another network than itself";
    context.addIssue({ code: "custom", path: ["generations"], message });
  }
});

const augment = section({
  /** Largest move, as a share of the side. */
  shift: number(0, 0.5).default(0),
  /** Largest factor beyond 1, in or out: 0.2 draws from 1/1.2 to 1.2. */
  zoom: number(0, 1).default(0),
  /** Largest turn, in degrees either way. */
  rotate: number(0, 45).default(0),
  /** Largest stretch of width against height beyond 1. */
  aspect: number(0, 1).default(0),
  /** Largest exponent beyond 1, either way: 0.4 draws from 1/1.4 to 1.4. */
  gamma: number(0, 2).default(0),
  /** Largest deviation of a Gaussian blur, as a share of the side. */
  blur: number(0, 0.1).default(0),
  /** Largest deviation of Gaussian noise, in grey levels. */
  noise: number(0, 64).default(0),
  /** Largest share of the area that a random rectangle covers. */
  erase: number(0, 0.5).default(0),
  /** Resolution that is lost and interpolated again: the smallest share of the side kept, and the largest enlargement. */
  scale: section({ down: number(0.1, 1).default(1), up: number(1, 2).default(1) }).prefault({}),
  /** Lowest JPEG quality, up to 100; 100 turns it off. */
  jpegQuality: whole(1, 100).default(100),
  /** Chance of each of blur, noise, erase, scale and JPEG on an image; the others are always drawn. */
  chance: number(0, 1).default(0.5),
});

const rankRule = z.string(RANK_RULE_TEXT).transform((written, context) => {
  try {
    return parseRankRule(written);
  } catch {
    context.issues.push({ code: "custom", message: RANK_RULE_TEXT, input: written });
    return z.NEVER;
  }
});

const RANKS_TEXT = "a list of one rank, or of two: of the inputs and of the outputs";

/** Points of validation AUC (hundredths of it) that a stage may lose; the recipe stops where it loses more. */
const MAX_DROP = number(0, 50).optional();

const PINNED = z.array(LAYERS, "a list of layer numbers").default([]);

/** Bits of single layers, numbered as `radlite inspect` shows them. */
const layerBits = (low: number, high: number) =>
  z
    .array(section({ layer: LAYERS, bits: whole(low, high) }), "a list of maps of the keys layer, bits")
    .default([]);

const stage = z.discriminatedUnion(
  "name",
  [
    section({
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
    section({
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
    section({ name: z.literal("huffman") }),
    section({
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
    section({
      name: z.literal("prune"),
      /** `weight`: single weights become zero; `filter`: whole filters leave the network. */
      unit: choice("weight", "filter").default("weight"),
      /** The share of weights, or of filters, that goes. */
      sparsity: number(0.1, 0.98).default(0.8),
      /** `layer`: the same share of each; `global`: the smallest of all layers together. */
      scope: choice("layer", "global").default("global"),
      /** Layers that are not pruned, numbered as `radlite inspect` shows them. */
      pinned: PINNED,
      /** Epochs of fine-tuning, while pruning and afterwards. */
      epochs: whole(0, 1000).default(10),
      /** The share of these in which sparsity rises, along a cubic; 0: all at once before the first. */
      ramp: number(0, 1).default(0.5),
      rate: number(1e-7, 0.1).default(0.003),
      maxDrop: MAX_DROP,
    }),
    section({
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
    section({ name: z.literal("range") }),
  ],
  "a map with name: cluster, factor, huffman, miracle, prune, quantise or range",
);

const recipe = section({
  name: z
    .string("lower-case letters, digits and hyphens")
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower-case letters, digits and hyphens"),
  description: text("a sentence that says what the recipe is for"),
  /** The line of versions that its artifacts join. */
  model: z
    .string("lower-case letters, digits and hyphens")
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower-case letters, digits and hyphens")
    .default("chest-xray"),
  architecture,
  initial: initial.optional(),
  input,
  validation: validation.prefault({}),
  fit,
  distil: distil.optional(),
  augment: augment.prefault({}),
  threshold: threshold.prefault("half"),
  stages: z.array(stage, "a list of stages").max(16, "a list of 16 stages at most").default([]),
});

export const recipeSchema = recipe
  .superRefine(({ architecture: { family }, input: { size }, initial, distil, stages }, context) => {
    if (distil?.hints && (initial?.views ?? initial?.unfreeze?.views) !== undefined) {
      const message =
        "left out, for a recipe with initial.views: layers that are kept as features give no values";
      context.addIssue({ code: "custom", path: ["distil", "hints"], message });
    }
    if (isBinary(family) && stages.length > 0) {
      const message = `no stages for ${family}: layers of signs are not compressed further`;
      context.addIssue({ code: "custom", path: ["stages"], message });
    }
    const lossless = stages.findIndex(({ name }) => name === "huffman" || name === "range");
    if (lossless >= 0 && lossless < stages.length - 1) {
      const message = "the last stage alone: it codes what the others leave, and one after it undoes that";
      context.addIssue({ code: "custom", path: ["stages", lossless, "name"], message });
    }
    const smallest = isPublished(family) ? FAMILIES[family].minimumSide : 0;
    if (size >= smallest) return;
    const message = `a whole number from ${smallest} to ${LARGEST_SIDE}, for ${family}`;
    context.addIssue({ code: "custom", path: ["input", "size"], message });
  })
  .transform(({ input, ...rest }) => {
    const { normalise = chooseNormalisation(rest.architecture.family) } = input;
    return { ...rest, input: { ...input, normalise } };
  });

export type Recipe = z.output<typeof recipeSchema>;
export type AugmentRecipe = Recipe["augment"];
export type StageRecipe = Recipe["stages"][number];
