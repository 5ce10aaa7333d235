/**
 * A recipe's `augment` section and a generator -> the changes to one image, as plain numbers. Every number is
 * drawn in the same order whatever the recipe, so that raising one strength leaves the other draws as they were.
 */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { AugmentRecipe } from "../../recipes/recipe.ts";
import { drawUniform } from "../random.ts";
import type { Rectangle } from "./erase.ts";
import type { Placement } from "./warp.ts";

export interface Changes {
  placement: Placement;
  gamma: number;
  /** Of the intermediate side. */
  scale: number;
  /** Deviation, as a share of the side. */
  blur: number;
  /** Absent: not compressed. */
  jpegQuality: number | undefined;
  /** Deviation in grey levels. */
  noise: number;
  erase: Rectangle | undefined;
}

const DEGREE = Math.PI / 180;
const LOWEST_PROPORTION = 0.5; // width over height of an erased rectangle, from this to its inverse

export function drawChanges(recipe: AugmentRecipe, random: RandomGenerator): Changes {
  const spread = (reach: number) => drawUniform(random, -reach, reach);
  const factor = (reach: number) => Math.exp(spread(Math.log(1 + reach)));
  const chance = () => drawUniform(random, 0, 1) < recipe.chance;

  const placement = {
    shiftX: spread(recipe.shift),
    shiftY: spread(recipe.shift),
    zoom: factor(recipe.zoom),
    angle: spread(recipe.rotate) * DEGREE,
    aspect: factor(recipe.aspect),
  };
  const gamma = factor(recipe.gamma);
  const scale = Math.exp(drawUniform(random, Math.log(recipe.scale.down), Math.log(recipe.scale.up)));
  const blur = drawUniform(random, 0, recipe.blur);
  const jpegQuality = Math.round(drawUniform(random, recipe.jpegQuality, 100));
  const noise = drawUniform(random, 0, recipe.noise);
  const rectangle = drawRectangle(drawUniform(random, 0, recipe.erase), random);
  return {
    placement,
    gamma,
    scale: chance() ? scale : 1,
    blur: chance() ? blur : 0,
    jpegQuality: chance() && recipe.jpegQuality < 100 ? jpegQuality : undefined,
    noise: chance() ? noise : 0,
    erase: chance() && recipe.erase > 0 ? rectangle : undefined,
  };
}

/** Wholly inside the picture; `area` is its share. */
function drawRectangle(area: number, random: RandomGenerator): Rectangle {
  const proportion = Math.exp(drawUniform(random, Math.log(LOWEST_PROPORTION), -Math.log(LOWEST_PROPORTION)));
  const width = Math.min(1, Math.sqrt(area * proportion));
  const height = Math.min(1, Math.sqrt(area / proportion));
  return {
    left: drawUniform(random, 0, 1 - width),
    top: drawUniform(random, 0, 1 - height),
    width,
    height,
  };
}
