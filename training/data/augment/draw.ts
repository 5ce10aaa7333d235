/**
 * A recipe's `augment` section and two generators -> the changes to one image, as plain numbers. Every number is
 * drawn in the same order whatever the recipe, so that raising one strength leaves the other draws as they were. What
 * frames the image (brightness, crop, border) has a generator of its own: recipes that are older than it go on as
 * they were, to the bit.
 */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { AugmentRecipe } from "../../recipes/recipe.ts";
import { drawUniform } from "../random.ts";
import type { Rectangle } from "./erase.ts";
import type { Border, Edges } from "./frame.ts";
import { IN_PLACE, type Placement } from "./warp.ts";

export interface Changes {
  placement: Placement;
  gamma: number;
  /** The factor of the intermediate side. */
  scale: number;
  /** Deviation, as a share of the side. */
  blur: number;
  /** Absent: not compressed. */
  jpegQuality: number | undefined;
  /** Deviation in grey levels. */
  noise: number;
  erase: Rectangle | undefined;
  /** Factor on grey levels, clipped at white. */
  brightness: number;
  crop: Edges | undefined;
  border: Border | undefined;
}

/** An image as it is. */
export const UNCHANGED: Changes = {
  placement: IN_PLACE,
  gamma: 1,
  scale: 1,
  blur: 0,
  jpegQuality: undefined,
  noise: 0,
  erase: undefined,
  brightness: 1,
  crop: undefined,
  border: undefined,
};

const [BLACK, WHITE] = [0, 255]; // grey levels
const DEGREE = Math.PI / 180;
const LOWEST_PROPORTION = 0.5; // width over height of an erased rectangle, from this to its inverse

export function drawChanges(
  recipe: AugmentRecipe,
  random: RandomGenerator,
  framing: RandomGenerator,
): Changes {
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
    ...drawFraming(recipe, framing),
  };
}

/** In the order in which they came to recipes: every number is drawn, asked for or not. */
function drawFraming(
  { brightness = 0, crop = 0, border }: AugmentRecipe,
  random: RandomGenerator,
): Pick<Changes, "brightness" | "crop" | "border"> {
  const reach = Math.log(1 + brightness);
  const factor = Math.exp(drawUniform(random, -reach, reach));
  const cut = drawEdges(crop, random);
  const bars = drawEdges(border?.width ?? 0, random);
  const level = drawUniform(random, 0, 1) < 0.5 ? BLACK : WHITE;
  const isBordered = drawUniform(random, 0, 1) < (border?.chance ?? 0);
  return {
    brightness: factor,
    crop: crop > 0 ? cut : undefined,
    border: isBordered ? { ...bars, level } : undefined,
  };
}

/** Each of its own, up to `most`. */
function drawEdges(most: number, random: RandomGenerator): Edges {
  const [left, top, right, bottom] = Array.from({ length: 4 }, () => drawUniform(random, 0, most)) as [
    number,
    number,
    number,
    number,
  ];
  return { left, top, right, bottom };
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
