/**
 * The same radiographs taken otherwise: ordinary validation images, each changed alike by one thing. What a
 * network makes of them says which accident it leans on.
 */
import { normalise } from "@radlite/model/input";
import { augment, type Changes, type Picture } from "../../training/data/augment/index.ts";
import { IN_PLACE } from "../../training/data/augment/warp.ts";
import type { InputSet, PixelSet } from "../../training/data/index.ts";
import { seedRandom } from "../../training/data/random.ts";
import { LEVELS } from "../../training/data/sets.ts";

const UNCHANGED: Changes = {
  placement: IN_PLACE,
  gamma: 1,
  scale: 1,
  blur: 0,
  jpegQuality: undefined,
  noise: 0,
  erase: undefined,
};

const place = (part: Partial<Changes["placement"]>) => ({ placement: { ...IN_PLACE, ...part } });

export const STRESSES = {
  unchanged: {},
  "width x 0.8": place({ aspect: 0.8 }),
  "width x 1.25": place({ aspect: 1.25 }),
  "size x 0.8": place({ zoom: 0.8 }),
  "size x 1.25": place({ zoom: 1.25 }),
  "gamma 0.6": { gamma: 0.6 },
  "gamma 1.6": { gamma: 1.6 },
  blurred: { blur: 0.01 },
  "half the pixels": { scale: 0.5 },
  noise: { noise: 8 },
} as const satisfies Record<string, Partial<Changes>>;

export type Stress = keyof typeof STRESSES;
export type Stressed = Record<Stress, [specificity: number, sensitivity: number]>;

/** The inputs that serving would make of the changed pictures, at the set's side. */
export function stressInputs(
  set: PixelSet,
  stress: Stress,
): Pick<InputSet, "input" | "inputs" | "labels" | "images"> {
  const { input, side, labels, images } = set;
  const [length, stored] = [input.width * input.height * input.channels, side * side * input.channels];
  const inputs = new Float32Array(labels.length * length);
  for (let row = 0; row < labels.length; row++) {
    const pixels = Float32Array.from(
      set.pixels.subarray(row * stored, (row + 1) * stored),
      (level) => level / LEVELS,
    );
    const picture: Picture = { width: side, height: side, channels: input.channels, pixels };
    const changed = augment(picture, { ...UNCHANGED, ...STRESSES[stress] }, input.width, seedRandom(1, row));
    inputs.set(normalise(changed, input), row * length);
  }
  return { input, inputs, labels, images };
}
