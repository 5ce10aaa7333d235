/** The sections of a recipe that say what is trained: the architecture, what it starts from, what it sees. */
import { LIMITS } from "@radlite/model/format";
import { z } from "zod";
import { BINARY_FAMILIES, PUBLISHED_FAMILIES } from "../architectures/families.ts";
import { NORMALISATIONS } from "../architectures/family.ts";
import { SIGN_GRADIENTS } from "../architectures/graph.ts";
import { choice, number, section, text, whole } from "./rules.ts";

export const LARGEST_SIDE = 331; // what NASNetLarge was published at

const SIDE = whole(16, LARGEST_SIDE, "pixels");

const BODY_TEXT = "a list of 1 to 6 maps of the keys width, blocks, stride";

const stem = section({
  width: whole(1, 1024, "channels").describe("Channels that it gives."),
  stride: whole(1, 2, "pixels").default(1).describe("Between two places that it looks at."),
}).describe("The first convolution, 3x3.");

const bodyOf = (widest: number) =>
  z
    .array(
      section({
        width: whole(1, widest, "channels").describe("Channels that each block gives."),
        blocks: whole(1, 8, "blocks").default(1).describe("One after the other at this width."),
        stride: whole(1, 2, "pixels").default(2).describe("By what the side is divided on the way."),
      }),
      BODY_TEXT,
    )
    .min(1, BODY_TEXT)
    .max(6, BODY_TEXT);

const residual = section({
  family: z.literal("residual").describe("Ours, for small files: residual blocks of two 3x3 convolutions."),
  stem,
  body: bodyOf(1024).describe("Residual blocks, `blocks` of them at one width; the first of them strides."),
});

/** As many as a 3x3 BinaryConv may read (LIMITS.binaryProducts), in whole words. */
const WIDEST_BINARY = 32 * Math.floor(LIMITS.binaryProducts / 9 / 32);

const gradient = choice(...SIGN_GRADIENTS)
  .default("polynomial")
  .describe("What stands in for the gradient of a sign (fit/signs.ts).");

const binaryVgg = section({
  family: z.literal("binary-vgg").describe("Ours: plain layers of signs."),
  stem,
  body: bodyOf(WIDEST_BINARY).describe(
    "Binary convolutions, `blocks` of them at one width, then a maximum over squares of `stride`.",
  ),
  gradient,
});

const binaryResidual = section({
  family: z.literal("binary-residual").describe("Ours: layers of signs with shortcuts."),
  stem,
  body: bodyOf(WIDEST_BINARY).describe(
    "Binary convolutions with a shortcut, `blocks` of them at one width; the first of them strides.",
  ),
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
  family: z.enum(PUBLISHED_FAMILIES).describe("Published networks, named as in Keras Applications."),
  width: number(0.01, 4, "factor")
    .default(1)
    .describe("Factor on the channels of every layer; 1 is the published network."),
  head: section({
    hidden: z
      .array(whole(1, 4096, "units"), HIDDEN_TEXT)
      .max(4, HIDDEN_TEXT)
      .default([])
      .describe("Fully connected layers before the logit."),
    dropout: number(0, 0.9, "share")
      .default(0)
      .describe("What is dropped before each fully connected layer, while training."),
  })
    .prefault({})
    .describe("On the average of the features: hidden layers, then the logit."),
});

export const architecture = z.discriminatedUnion(
  "family",
  [residual, binaryResidual, binaryVgg, published],
  `family: one of ${["residual", ...BINARY_FAMILIES, ...PUBLISHED_FAMILIES].join(", ")}`,
);

const FROZEN_TEXT = "left out, for a recipe without initial.freezeUntil";

const unfreeze = section({
  from: text("the name of a layer").describe("The first layer that learns; those before it stay frozen."),
  epochs: whole(1, 1000, "epochs").describe("How long it goes on."),
  rate: number(1e-7, 1, "per step").describe("Highest learning rate; a cosine takes it to zero."),
  views: whole(1, 1000, "views").optional().describe("As `initial.views`, of what is frozen still."),
});

const pretrained = section({
  weights: z
    .string("a name of lower-case letters, digits and hyphens")
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "a name of lower-case letters, digits and hyphens")
    .meta({ allowed: "lower-case letters, digits and hyphens" })
    .describe("What the pretrained weights are called; where they lie is said when training, never here."),
  match: choice("name", "order").default("name").describe("How layers are found in the file."),
  freezeUntil: text("the name of a layer")
    .optional()
    .describe("The last layer that keeps its values; absent: all learn."),
  rateShare: number(0, 1, "share").default(1).describe("What loaded layers get of the learning rate."),
  views: whole(1, 1000, "views")
    .optional()
    .describe(
      "Augmented views of an image whose features, by the frozen layers, are kept; absent: each epoch sees new ones.",
    ),
  unfreeze: unfreeze.optional().describe("Fine-tuning after `fit`, from the epoch that was best."),
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
  size: SIDE.describe("Side of the square that the network sees."),
  channels: z
    .union([z.literal(1), z.literal(3)], "1 (luminance) or 3 (colour, or grey repeated)")
    .default(1)
    .describe("A pixel's: 1 (luminance) or 3 (colour, or grey repeated)."),
  trim: z
    .literal(true, "true, or left out")
    .optional()
    .describe("Black and white borders are cut away before a picture is resized; left out: they stay."),
  normalise: choice(...NORMALISATIONS)
    .optional()
    .describe(
      "How grey levels become numbers; absent: what the family's published weights were trained with.",
    ),
});
