/**
 * What the study of the shift compares: the base recipe with one thing changed. Choices are made on these
 * trials, the test set plays no part in them.
 */
import type { Recipe } from "@radlite/training/recipes";
import { equaliseHistogram, normaliseLocally } from "./preparations.ts";

export interface Variant {
  name: string;
  change?: (recipe: Recipe) => Recipe;
  /** On every standardised picture, [side, side] in place: what a normalisation of the input would be. */
  prepare?: (picture: Float32Array, side: number) => void;
  /** The parameter of the Beta distribution that pictures of a batch are mixed by. */
  mixup?: number;
  /** Deviation of the amount of an unsharp mask, either way, on training pictures. */
  sharpen?: number;
  /** Rare pairs of file size and label come more often, until one does not foretell the other. */
  balance?: true;
}

const withFit = (part: Partial<Recipe["fit"]>) => (recipe: Recipe) => ({
  ...recipe,
  fit: { ...recipe.fit, ...part },
});
const withAugment = (part: Partial<Recipe["augment"]>) => (recipe: Recipe) => ({
  ...recipe,
  augment: { ...recipe.augment, ...part },
});
const withInput = (part: Partial<Recipe["input"]>) => (recipe: Recipe) => ({
  ...recipe,
  input: { ...recipe.input, ...part },
});

const NO_AUGMENTATION = { shift: 0, zoom: 0, rotate: 0, aspect: 0, gamma: 0, erase: 0 };

export const VARIANTS: readonly Variant[] = [
  { name: "base" },
  { name: "aspect 0.25", change: withAugment({ aspect: 0.25 }) },
  { name: "aspect 0.5", change: withAugment({ aspect: 0.5 }) },
  { name: "aspect 0.5, zoom 0.3", change: withAugment({ aspect: 0.5, zoom: 0.3 }) },
  { name: "aspect 0.5, zoom 0.3, blur", change: withAugment({ aspect: 0.5, zoom: 0.3, blur: 0.015 }) },
  { name: "file size balanced", balance: true },
  {
    name: "aspect 0.5, zoom 0.3, file size balanced",
    change: withAugment({ aspect: 0.5, zoom: 0.3 }),
    balance: true,
  },
  { name: "weight decay 0", change: withFit({ weightDecay: 0 }) },
  { name: "weight decay 0.6", change: withFit({ weightDecay: 0.6 }) },
  { name: "weight decay 1.2", change: withFit({ weightDecay: 1.2 }) },
  { name: "blur", change: withAugment({ blur: 0.02 }) },
  {
    name: "blur, down-scaling, JPEG, noise",
    change: withAugment({ blur: 0.02, scale: { down: 0.3, up: 1 }, jpegQuality: 30, noise: 16 }),
  },
  { name: "sharpen or blur", sharpen: 0.5 },
  { name: "local contrast", prepare: normaliseLocally },
  { name: "histogram equalisation", prepare: equaliseHistogram },
  { name: "mixup", mixup: 0.2 },
  { name: "label smoothing 0", change: withFit({ labelSmoothing: 0 }) },
  { name: "label smoothing 0.2", change: withFit({ labelSmoothing: 0.2 }) },
  { name: "64 pixels", change: withInput({ size: 64 }) },
  { name: "gamma 1", change: withAugment({ gamma: 1 }) },
  { name: "erase 0.4", change: withAugment({ erase: 0.4 }) },
  { name: "fixed scaling", change: withInput({ normalise: "fixed" }) },
  { name: "class weights none", change: withFit({ classWeights: "none" }) },
  { name: "no averaging", change: withFit({ averaging: 0 }) },
  { name: "no augmentation", change: withAugment(NO_AUGMENTATION) },
  { name: "96 pixels", change: withInput({ size: 96 }) },
  { name: "gamma 0", change: withAugment({ gamma: 0 }) },
  { name: "down-scaling", change: withAugment({ scale: { down: 0.3, up: 1 } }) },
  { name: "JPEG", change: withAugment({ jpegQuality: 30 }) },
  { name: "noise", change: withAugment({ noise: 16 }) },
];
