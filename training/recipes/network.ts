/** The sections of a recipe that say what is trained: the architecture, what it starts from, what it sees. */
import { LIMITS } from "@radlite/model/format";
import { z } from "zod";
import { BINARY_FAMILIES, PUBLISHED_FAMILIES } from "../architectures/families.ts";
import { NORMALISATIONS } from "../architectures/family.ts";
import { SIGN_GRADIENTS } from "../architectures/graph.ts";
import { choice, number, section, text, whole } from "./rules.ts";

export const LARGEST_SIDE = 331; // what NASNetLarge was published at

const SIDE = whole(16, LARGEST_SIDE);

const BODY_TEXT = "a list of 1 to 6 maps of the keys width, blocks, stride";

/** The first convolution, 3x3. */
const stem = section({ width: whole(1, 1024), stride: whole(1, 2).default(1) });

const bodyOf = (widest: number) =>
  z
    .array(
      section({ width: whole(1, widest), blocks: whole(1, 8).default(1), stride: whole(1, 2).default(2) }),
      BODY_TEXT,
    )
    .min(1, BODY_TEXT)
    .max(6, BODY_TEXT);

const residual = section({
  family: z.literal("residual"),
  stem,
  /** Residual blocks, `blocks` of them at one width; the first of them strides. */
  body: bodyOf(1024),
});

/** As many as a 3x3 BinaryConv may read (LIMITS.binaryProducts), in whole words. */
const WIDEST_BINARY = 32 * Math.floor(LIMITS.binaryProducts / 9 / 32);

/** What stands in for the gradient of a sign (fit/signs.ts). */
const gradient = choice(...SIGN_GRADIENTS).default("polynomial");

const binaryVgg = section({
  family: z.literal("binary-vgg"),
  stem,
  /** Binary convolutions, `blocks` of them at one width, then a maximum over squares of `stride`. */
  body: bodyOf(WIDEST_BINARY),
  gradient,
});

const binaryResidual = section({
  family: z.literal("binary-residual"),
  stem,
  /** Binary convolutions with a shortcut, `blocks` of them at one width; the first of them strides. */
  body: bodyOf(WIDEST_BINARY),
  gradient,
}).superRefine(({ stem, body }, context) => {
  const widths = [stem.width, ...body.map(({ width }) => width)];
  const odd = body.findIndex(({ width }, at) => width % widths[at]! !== 0);
  if (odd < 0) return;
  const message = `a multiple of the ${widths[odd]} channels before, which the shortcut repeats`;
  context.addIssue({ code: "custom", path: ["body", odd, "width"], message });
});

const HIDDEN_TEXT = "a list of up to 4 numbers of units";

const published = section({
  family: z.enum(PUBLISHED_FAMILIES),
  /** Factor on the channels of every layer; 1 is the published network. */
  width: number(0.01, 4).default(1),
  /** On the average of the features: hidden layers, then the logit. */
  head: section({
    hidden: z.array(whole(1, 4096), HIDDEN_TEXT).max(4, HIDDEN_TEXT).default([]),
    /** Share that is dropped before each fully connected layer, while training. */
    dropout: number(0, 0.9).default(0),
  }).prefault({}),
});

export const architecture = z.discriminatedUnion(
  "family",
  [residual, binaryResidual, binaryVgg, published],
  `family: one of ${["residual", ...BINARY_FAMILIES, ...PUBLISHED_FAMILIES].join(", ")}`,
);

const FROZEN_TEXT = "left out, for a recipe without initial.freezeUntil";

const unfreeze = section({
  /** The first layer that learns; those before it stay frozen. */
  from: text("the name of a layer"),
  epochs: whole(1, 1000),
  /** Highest learning rate; a cosine takes it to zero. */
  rate: number(1e-7, 1),
  /** As initial.views, of what is frozen still. */
  views: whole(1, 1000).optional(),
});

const pretrained = section({
  /** What the pretrained weights are called; where they lie is said when training, never here. */
  weights: z
    .string("a name of lower-case letters, digits and hyphens")
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "a name of lower-case letters, digits and hyphens"),
  /** How layers are found in the file. */
  match: choice("name", "order").default("name"),
  /** The last layer that keeps its values; absent: all learn. */
  freezeUntil: text("the name of a layer").optional(),
  /** Of the learning rate, the share that loaded layers get. */
  rateShare: number(0, 1).default(1),
  /** Augmented views of an image whose features, of the frozen layers, are kept; absent: each epoch sees new ones. */
  views: whole(1, 1000).optional(),
  /** Fine-tuning after `fit`, from the epoch that was best. */
  unfreeze: unfreeze.optional(),
});

export const initial = pretrained.superRefine((given, context) => {
  if (given.freezeUntil !== undefined) return;
  for (const key of ["views", "unfreeze"] as const) {
    if (given[key] !== undefined) {
      context.addIssue({ code: "custom", path: [key], message: FROZEN_TEXT });
    }
  }
});

export const input = section({
  /** Side of the square that the network sees, in pixels. */
  size: SIDE,
  channels: z.union([z.literal(1), z.literal(3)], "1 (luminance) or 3 (colour, or grey repeated)").default(1),
  /** See architectures/family.ts; absent: what the family's published weights were trained with. */
  normalise: choice(...NORMALISATIONS).optional(),
});
