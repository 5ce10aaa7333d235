/**
 * The part of a recipe that travels in the artifact: how pixels become the network's input.
 */
import type { InputRecipe } from "@radlite/model/format";
import type { Recipe } from "./recipe.ts";

/** `fixed` maps grey levels 0..255 to -1..1, by factors that an artifact holds (float32). */
export function toInputRecipe({ size, channels, normalise }: Recipe["input"]): InputRecipe {
  const shape = { height: size, width: size, channels };
  if (normalise === "per-image") return { ...shape, normalise: { kind: "per-image" } };
  const mean = new Array<number>(channels).fill(127.5);
  return {
    ...shape,
    normalise: { kind: "fixed", order: "rgb", mean, scale: mean.map((half) => Math.fround(1 / half)) },
  };
}
