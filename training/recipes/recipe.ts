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
import { choice, number, section, text, whole } from "./rules.ts";
import { STAGE_KINDS, stage } from "./stages/index.ts";
import { LAYERS } from "./stages/rules.ts";

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
    const lossless = stages.findIndex(({ name }) => STAGE_KINDS[name].isLossless);
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
