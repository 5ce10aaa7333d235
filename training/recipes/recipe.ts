/**
 * What a recipe may say, as data: every key with its allowed values and its default. A recipe decides the
 * result of a training and names no path and no machine: the images come from `--data` or a configured data
 * set. The text of each rule is what a reader of a faulty recipe gets to see ("a number from 0 to 1").
 */
import { parseThresholdRule } from "@radlite/model/format";
import { z } from "zod";
import { chooseNormalisation, FAMILIES, isBinary, isPublished } from "../architectures/families.ts";
import { architecture, initial, input, LARGEST_SIDE } from "./network.ts";
import { PROPERTIES } from "./properties.ts";
import { choice, number, SEED, section, text, whole } from "./rules.ts";
import { STAGE_KINDS, stage } from "./stages/index.ts";
import { LAYERS } from "./stages/rules.ts";

const THRESHOLD_TEXT =
  "half, youden, or sensitivity: with a target above 0 and up to 1, such as sensitivity:0.95";

const threshold = z
  .string(THRESHOLD_TEXT)
  .meta({ allowed: THRESHOLD_TEXT })
  .transform((written, context) => {
    try {
      return parseThresholdRule(written);
    } catch {
      context.issues.push({ code: "custom", message: THRESHOLD_TEXT, input: written });
      return z.NEVER;
    }
  });

const COVERAGE_TEXT = "a number from 0.5 to 1 with at most three decimals";

const review = section({
  coverage: z
    .number(COVERAGE_TEXT)
    .min(0.5, COVERAGE_TEXT)
    .max(1, COVERAGE_TEXT)
    .refine((share) => Number(share.toFixed(3)) === share, COVERAGE_TEXT)
    .meta({ allowed: COVERAGE_TEXT, unit: "share" })
    .describe(
      "How much of validation and its shape views lies outside of the sealed band, and is answered without a person; 1: all, and no band.",
    ),
});

const calibration = section({
  prior: number(0.01, 0.99, "share").describe(
    "The share of PNEUMONIA that probabilities are for: temperature and a bias are fitted with both classes weighed to it, and the bias is added to the network's last one (ADR 217).",
  ),
});

const validation = section({
  fraction: number(0.02, 0.5, "share")
    .default(0.12)
    .describe("How much of the training images, by whole patients of each class."),
  seed: SEED.describe("Draws the patients."),
  against: choice(...PROPERTIES)
    .optional()
    .describe(
      "In place of random patients those most like the other class in one property (data/shifted-split.ts).",
    ),
});

const fit = section({
  epochs: whole(1, 1000, "epochs").describe("Times that each training image is seen."),
  batch: whole(2, 1024, "radiographs").default(64).describe("Radiographs a step."),
  rate: number(1e-6, 1, "per step")
    .default(0.002)
    .describe("Highest learning rate, reached after the warm-up; a cosine takes it to zero."),
  warmup: number(0, 100, "epochs").default(1).describe("While the rate rises along a line."),
  weightDecay: number(0, 10, "factor")
    .default(0)
    .describe("Decoupled: a step takes `rate * weightDecay * w` from every convolution weight."),
  labelSmoothing: number(0, 0.5, "probability")
    .default(0)
    .describe("What a label leaves to the other class."),
  averaging: number(0, 0.99999, "share per step")
    .default(0)
    .describe("Decay of the exponential average of the weights; 0 keeps the raw weights."),
  classWeights: choice("balanced", "none")
    .default("balanced")
    .describe("`balanced`: each class weighs the same in the loss."),
  seed: SEED.describe("Draws the first weights, the order and the augmentation."),
});

const TEACHER = "a name such as residual-64 or residual-64/parent, a list of 1 to 8 of them, or itself";

/** In place of a teacher: the network that the same recipe gave before (runs/generations.ts). */
export const ITSELF = "itself";

const teacherName = z.string(TEACHER).regex(/^[a-z0-9][a-z0-9-]{0,63}(\/parent)?$/, TEACHER);

const HINTS_TEXT = "a list of 1 to 8 maps of the keys teacher, student, weight";

const hint = section({
  teacher: LAYERS.optional().describe(
    "A layer of the first teacher, numbered as `radlite inspect` shows it; absent: what its last global average pool reads.",
  ),
  student: LAYERS.optional().describe(
    "The student's layer that follows it, as `radlite inspect` shows the float network of the recipe.",
  ),
  weight: number(0, 1000, "factor").describe(
    "How much the hint counts in the loss; at 1 a student whose values are all 0 adds 1.",
  ),
});

const teaching = section({
  teacher: z
    .union([teacherName.transform((name) => [name]), z.array(teacherName).min(1).max(8)], TEACHER)
    .meta({ allowed: TEACHER })
    .describe(
      "Shipped models, or `/parent` the float network that one was compressed from; of several the mean logit. Or `itself`.",
    ),
  temperature: number(0.1, 1000, "factor")
    .default(2)
    .describe("Divides the logits of teacher and student: the higher, the more the unlikely class counts."),
  weight: number(0, 1, "factor")
    .default(0.1)
    .describe("How much the labels count in the loss; the teacher counts 1 - weight."),
  hints: z
    .array(hint, HINTS_TEXT)
    .min(1, HINTS_TEXT)
    .max(8, HINTS_TEXT)
    .optional()
    .describe("Values inside the network that follow the teacher's while it is fitted (fit/hints.ts)."),
  sees: choice("same", "plain")
    .optional()
    .describe(
      "What the teacher looks at: `plain`, the image as it is, while the student sees it changed; left out: the same.",
    ),
  generations: whole(1, 16, "times")
    .optional()
    .describe("With `teacher: itself`, how often a network learns from the one before; absent: once."),
});

const distil = teaching.superRefine(({ teacher, generations, hints, sees }, context) => {
  if (hints && sees === "plain") {
    const message = "left out, where the teacher sees the image plain: features would be of other places";
    context.addIssue({ code: "custom", path: ["hints"], message });
  }
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
  shift: number(0, 0.5, "share of the side").default(0).describe("Largest move."),
  zoom: number(0, 1, "factor beyond 1")
    .default(0)
    .describe("Largest factor, in or out: 0.2 draws from 1/1.2 to 1.2."),
  rotate: number(0, 45, "degrees").default(0).describe("Largest turn, either way."),
  aspect: number(0, 1, "factor beyond 1").default(0).describe("Largest stretch of width against height."),
  gamma: number(0, 2, "exponent beyond 1")
    .default(0)
    .describe("Largest exponent, either way: 0.4 draws from 1/1.4 to 1.4."),
  blur: number(0, 0.1, "share of the side").default(0).describe("Largest deviation of a Gaussian blur."),
  noise: number(0, 64, "grey levels").default(0).describe("Largest deviation of Gaussian noise."),
  erase: number(0, 0.5, "share of the area").default(0).describe("Largest that a random rectangle covers."),
  scale: section({
    down: number(0.1, 1, "share of the side").default(1).describe("The smallest resolution kept."),
    up: number(1, 2, "factor").default(1).describe("The largest enlargement."),
  })
    .prefault({})
    .describe("Resolution that is lost and interpolated again."),
  brightness: number(0, 1, "factor beyond 1")
    .optional()
    .describe("Largest factor on grey levels, either way, clipped at white; left out: none."),
  crop: number(0, 0.4, "share of the side")
    .optional()
    .describe("Largest that is cut off at each of the four edges, each of its own; left out: none."),
  border: section({
    width: number(0, 0.25, "share of the side").describe(
      "Largest of each of the four bars, each of its own.",
    ),
    chance: number(0, 1, "probability").default(0.5).describe("How often an image gets bars."),
  })
    .optional()
    .describe("Bars of black or of white around the image, squashed between them; left out: none."),
  jpegQuality: whole(1, 100, "JPEG's own").default(100).describe("The lowest, up to 100; 100 turns it off."),
  chance: number(0, 1, "probability")
    .default(0.5)
    .describe("How often each of blur, noise, erase, scale and JPEG meets an image; the others always do."),
});

const groups = section({
  retone: section({
    chance: number(0, 1, "probability")
      .default(0.5)
      .describe("How often an image takes on the grey levels and the sharpness of another one."),
    towards: choice("any", "other-class")
      .default("any")
      .describe(
        "Whose look: of any training image, or of one of the other class, so that a look foretells nothing; all groups of looks are equally likely.",
      ),
  })
    .optional()
    .describe("Images in the look of others (data/augment/retone.ts); left out: in their own."),
  balance: section({
    most: number(1, 100, "times")
      .default(8)
      .describe("How much oftener at most an image of the rarer class is drawn."),
    by: choice("draws", "weights")
      .optional()
      .describe(
        "`weights`: it weighs more in the loss in place of being drawn oftener; left out: it is drawn oftener.",
      ),
  })
    .optional()
    .describe("Both classes are drawn alike within each group; left out: each image once an epoch."),
  robust: section({
    step: number(0.001, 1, "share")
      .default(0.01)
      .describe(
        "How fast a group weighs more: a step in which its loss is 1 higher multiplies by its power of e.",
      ),
  })
    .optional()
    .describe(
      "While the float network is trained, the loss of the worst group of one look and class is made small (Sagawa 2020); left out: the mean.",
    ),
});

const NAME_TEXT = "lower-case letters, digits and hyphens";
const recipeName = z
  .string(NAME_TEXT)
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, NAME_TEXT)
  .meta({ allowed: NAME_TEXT });

const recipe = section({
  name: recipeName.describe("What it is called; a shipped one's is its file's name."),
  description: text("a sentence that says what the recipe is for").describe("What it is for."),
  model: recipeName.default("chest-xray").describe("The line of versions that its artifacts join."),
  architecture: architecture.describe("Which network."),
  initial: initial.optional().describe("Pretrained weights that it starts from; absent: random ones."),
  input: input.describe("What the network sees."),
  validation: validation.prefault({}).describe("Training images that are kept back to choose on."),
  fit: fit.describe("The training."),
  distil: distil
    .optional()
    .describe("A teacher that the network learns from besides the labels; absent: none."),
  augment: augment
    .prefault({})
    .describe("Changes drawn anew each time that a training image is seen; 0 leaves one out."),
  groups: groups
    .optional()
    .describe(
      "What is done about groups of training images that were taken alike, which are found without labels (ADR 109); left out: nothing.",
    ),
  threshold: threshold.prefault("half").describe("How the operating point is found on validation."),
  calibration: calibration
    .optional()
    .describe("What probabilities are fitted for; left out: a temperature alone, on validation as it is."),
  review: review.optional().describe("How many pictures go to a person; left out: a coverage of 0.95."),
  stages: z
    .array(stage, "a list of stages")
    .max(16, "a list of 16 stages at most")
    .prefault([])
    .describe("Compression, one stage after the other."),
});

export const recipeSchema = recipe
  .superRefine(
    (
      { architecture: { family }, input: { size }, initial, distil, groups, calibration, stages },
      context,
    ) => {
      if (calibration && stages.some(({ name }) => name === "miracle")) {
        const message = "left out, with stage miracle: all weights lie in its code, and no bias can be moved";
        context.addIssue({ code: "custom", path: ["calibration"], message });
      }
      if (groups && Object.values(groups).every((one) => one === undefined)) {
        const message =
          "a map with retone, balance or robust, or several; leave it out to do nothing about groups";
        context.addIssue({ code: "custom", path: ["groups"], message });
      }
      if (groups?.robust && groups.balance?.by === "weights") {
        const message = "draws or left out, where robust weighs the images";
        context.addIssue({ code: "custom", path: ["groups", "balance", "by"], message });
      }
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
    },
  )
  .transform(({ input, ...rest }) => {
    const { normalise = chooseNormalisation(rest.architecture.family) } = input;
    return { ...rest, input: { ...input, normalise } };
  });

/** The default stands here and not in the recipe, whose digest it would change: older ones stay what they were. */
export function promisedCoverage({ review }: Pick<Recipe, "review">): number {
  return review?.coverage ?? 0.95;
}

/** Every image as it is. */
export const UNAUGMENTED: AugmentRecipe = augment.parse({});

export type Recipe = z.output<typeof recipeSchema>;
export type AugmentRecipe = Recipe["augment"];
export type GroupsRecipe = NonNullable<Recipe["groups"]>;
export type StageRecipe = Recipe["stages"][number];
