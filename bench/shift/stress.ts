/**
 * The same radiographs taken otherwise: ordinary validation images, each changed alike by one thing. What a
 * network makes of them says which accident it leans on.
 */
import { normalise } from "@radlite/model/input";
import { augment, type Changes, type Picture, UNCHANGED } from "../../training/data/augment/index.ts";
import { IN_PLACE } from "../../training/data/augment/warp.ts";
import type { InputSet, PixelSet } from "../../training/data/index.ts";
import { seedRandom } from "../../training/data/random.ts";
import { LEVELS } from "../../training/data/sets.ts";

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

const bars = (level: number) => ({ border: { left: 0.02, top: 0.02, right: 0.02, bottom: 0.02, level } });

/** 2% of the side at each edge: what scanners, viewers and screenshots leave. Beside the nine, which stay as they are. */
export const BORDERED = {
  "black border": bars(0),
  "white border": bars(255),
} as const satisfies Record<string, Partial<Changes>>;

export type Stress = keyof typeof STRESSES;
export type Bordered = keyof typeof BORDERED;
export type Stressed = Record<Stress, [specificity: number, sensitivity: number]>;

const CHANGES: Record<Stress | Bordered, Partial<Changes>> = { ...STRESSES, ...BORDERED };

/** The inputs that serving would make of the changed pictures, at the set's side. */
export function stressInputs(
  set: PixelSet,
  stress: Stress | Bordered,
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
    const changes = { ...UNCHANGED, ...CHANGES[stress] };
    const changed = augment(picture, changes, input.width, seedRandom(1, row), { trim: input.trim === true });
    inputs.set(normalise(changed, input), row * length);
  }
  return { input, inputs, labels, images };
}
