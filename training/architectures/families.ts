/** The architectures that a recipe can name. */
import { RadliteError } from "@radlite/model/errors";
import type { InputRecipe } from "@radlite/model/format";
import { type BinaryOptions, buildBinaryResidual } from "./binary-residual.ts";
import { buildBinaryVgg } from "./binary-vgg.ts";
import { DENSENET121 } from "./densenet.ts";
import type { Family, FamilyOptions, Normalisation } from "./family.ts";
import type { Graph } from "./graph.ts";
import { INCEPTION_RESNET_V2 } from "./inception-resnet-v2.ts";
import { INCEPTION_V3 } from "./inception-v3.ts";
import { MOBILENET } from "./mobilenet.ts";
import { MOBILENET_V2 } from "./mobilenet-v2.ts";
import { NASNET_LARGE, NASNET_MOBILE } from "./nasnet.ts";
import { buildResidual, type ResidualOptions } from "./residual.ts";
import { RESNET50 } from "./resnet.ts";
import { SQUEEZENET } from "./squeezenet.ts";
import { VGG16, VGG19 } from "./vgg.ts";

/** Named as in Keras Applications. */
export const PUBLISHED_FAMILIES = [
  "vgg16",
  "vgg19",
  "resnet50",
  "inceptionv3",
  "inceptionresnetv2",
  "densenet121",
  "nasnetlarge",
  "nasnetmobile",
  "mobilenet",
  "mobilenetv2",
  "squeezenet",
] as const;

export type PublishedFamily = (typeof PUBLISHED_FAMILIES)[number];

export const FAMILIES: Readonly<Record<PublishedFamily, Family>> = {
  vgg16: VGG16,
  vgg19: VGG19,
  resnet50: RESNET50,
  inceptionv3: INCEPTION_V3,
  inceptionresnetv2: INCEPTION_RESNET_V2,
  densenet121: DENSENET121,
  nasnetlarge: NASNET_LARGE,
  nasnetmobile: NASNET_MOBILE,
  mobilenet: MOBILENET,
  mobilenetv2: MOBILENET_V2,
  squeezenet: SQUEEZENET,
};

/** Families of our own, for the small sizes. */
export const BINARY_FAMILIES = ["binary-residual", "binary-vgg"] as const;

export type BinaryFamily = (typeof BINARY_FAMILIES)[number];

/** As in a recipe's section `architecture`. */
export type Architecture =
  | ({ family: "residual" } & ResidualOptions)
  | ({ family: BinaryFamily } & BinaryOptions)
  | ({ family: PublishedFamily } & FamilyOptions);

/** One logit, of `labels[1]`. Errors: BAD_INPUT where the image is smaller than the family allows. */
export function buildArchitecture(architecture: Architecture, input: InputRecipe, labels: string[]): Graph {
  if (architecture.family === "residual") return buildResidual(input, labels, architecture);
  if ("gradient" in architecture) {
    const build = architecture.family === "binary-vgg" ? buildBinaryVgg : buildBinaryResidual;
    return build(input, labels, architecture);
  }
  const { build, minimumSide } = FAMILIES[architecture.family];
  const side = Math.min(input.height, input.width);
  if (side >= minimumSide) return build(input, labels, architecture);
  throw new RadliteError(
    "BAD_INPUT",
    `${architecture.family} needs images of ${minimumSide} pixels or more a side; the input has ${side}.`,
  );
}

/** What a recipe gets that names no normalisation. */
export function chooseNormalisation(family: Architecture["family"]): Normalisation {
  return isPublished(family) ? FAMILIES[family].normalisation : "per-image";
}

export function isBinary(family: Architecture["family"]): family is BinaryFamily {
  return (BINARY_FAMILIES as readonly string[]).includes(family);
}

export function isPublished(family: Architecture["family"]): family is PublishedFamily {
  return family in FAMILIES;
}
