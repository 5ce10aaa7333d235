/**
 * The evaluation set `stress`: the validation radiographs, each changed in eleven ways that leave its diagnosis as
 * it was. What a network makes of them says which accident of the pictures it leans on, which validation itself,
 * taken from the same hospital in the same way as the training radiographs, cannot say.
 */
import { normalise } from "@radlite/model/input";
import { digestOf, type Evaluation, encodeJson, STRESS } from "@radlite/registry/bundle";
import { augment, type Changes, UNCHANGED } from "../data/augment/index.ts";
import { IN_PLACE } from "../data/augment/warp.ts";
import type { PixelSet } from "../data/index.ts";
import { seedRandom } from "../data/random.ts";
import { readPicture } from "../data/sets.ts";
import { evaluateChanged } from "./changed-set.ts";
import type { EvaluateOptions } from "./run.ts";

const place = (part: Partial<Changes["placement"]>) => ({ placement: { ...IN_PLACE, ...part } });

/** 2% of the side at each edge, of one grey level: what scanners, viewers and screenshots leave. */
const bars = (level: number) => ({ border: { left: 0.02, top: 0.02, right: 0.02, bottom: 0.02, level } });

/** By the names that cases carry; an evaluation names the list by its digest, so that two compare only on one list. */
export const STRESS_CHANGES = {
  "width-x-0-8": place({ aspect: 0.8 }),
  "width-x-1-25": place({ aspect: 1.25 }),
  "size-x-0-8": place({ zoom: 0.8 }),
  "size-x-1-25": place({ zoom: 1.25 }),
  "gamma-0-6": { gamma: 0.6 },
  "gamma-1-6": { gamma: 1.6 },
  blurred: { blur: 0.01 },
  "half-the-pixels": { scale: 0.5 },
  noise: { noise: 8 },
  "black-border": bars(0),
  "white-border": bars(255),
} as const satisfies Record<string, Partial<Changes>>;

const NOISE_SEED = 1;

/**
 * Sealed files of one input recipe on changed radiographs.
 * @param pixels the validation radiographs as training holds them, for that input recipe
 * @returns one evaluation an artifact; probabilities are float32, as they are kept.
 */
export function evaluateStress(
  artifacts: readonly Uint8Array[],
  pixels: PixelSet,
  options?: Pick<EvaluateOptions, "signal" | "onProgress">,
): Promise<Evaluation[]> {
  const names = Object.keys(STRESS_CHANGES) as (keyof typeof STRESS_CHANGES)[];
  const change = (name: string) => changeInputs(pixels, STRESS_CHANGES[name as keyof typeof STRESS_CHANGES]);
  return evaluateChanged(artifacts, pixels, { set: STRESS, changes: STRESS_DIGEST, names, change }, options);
}

/** The inputs that serving would make of the changed pictures: [n, height, width, channels]. */
export function changeInputs(pixels: PixelSet, changes: Partial<Changes>): Float32Array {
  const { input, labels } = pixels;
  const length = input.width * input.height * input.channels;
  const inputs = new Float32Array(labels.length * length);
  for (let row = 0; row < labels.length; row++) {
    const random = seedRandom(NOISE_SEED, row);
    const trim = input.trim === true;
    const all = { ...UNCHANGED, ...changes };
    const changed = augment(readPicture(pixels, row), all, input.width, random, { trim });
    inputs.set(normalise(changed, input), row * length);
  }
  return inputs;
}

const STRESS_DIGEST = digestOf(encodeJson({ changes: STRESS_CHANGES, noiseSeed: NOISE_SEED }));
