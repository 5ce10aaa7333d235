/** The input of the shipped networks. */
import type { InputRecipe } from "@radlite/model/format";

export const RECIPE: InputRecipe = { width: 64, height: 64, channels: 1, normalise: { kind: "per-image" } };
