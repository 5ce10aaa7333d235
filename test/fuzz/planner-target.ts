/**
 * planner: bytes into `open`, what opens into `loadEngine`, and what loads runs twice where a run is small. The
 * same image gives the same logits, as many as the network ends in: nothing of a run is left for the next.
 */
import type { Numbers } from "../model/networks.ts";
import { type Anatomy, freeze } from "./artifacts.ts";
import { changeHeader, changePayload, samplesOf } from "./format-target.ts";
import { LARGE, strangeNetwork } from "./networks.ts";
import type * as Readers from "./readers.ts";
import { numbersOf, pickWeighted, type Target } from "./target.ts";

/** What is small: multiply-accumulates and computed values of one run. */
const MOST_MACS = 2_000_000;
const MOST_VALUES = 500_000;

type Change = (sample: Anatomy, numbers: Numbers, donor: Anatomy) => Uint8Array;

const CHANGES: readonly (readonly [weight: number, change: Change])[] = [
  [53, (_, numbers) => freeze(strangeNetwork(numbers), numbers)],
  [2, (_, numbers) => freeze(strangeNetwork(numbers, LARGE), numbers)],
  [20, changePayload],
  [25, changeHeader],
];

export function createPlannerTarget(readers: typeof Readers): Target {
  return {
    generate(seed, index) {
      const samples = samplesOf(seed);
      const numbers = numbersOf(seed, index);
      return pickWeighted(numbers, CHANGES)(numbers.pick(samples), numbers, numbers.pick(samples));
    },
    async read(bytes) {
      const { network } = readers.open(bytes);
      const engine = await readers.loadEngine(network);
      const shapes = readers.inferShapes(network);
      const values = shapes.reduce((sum, [height, width, channels]) => sum + height * width * channels, 0);
      if (values > MOST_VALUES || readers.countMacs(network).total > MOST_MACS) return;
      const [height, width, channels] = shapes[0]!;
      const image = Float32Array.from({ length: height * width * channels }, (_, i) => Math.sin(i));
      const first = (await engine.run(image)).logits;
      const second = (await engine.run(image)).logits;
      if (first.length !== shapes.at(-1)![2])
        throw new Error(`${first.length} logits, the network ends in ${shapes.at(-1)}`);
      const differs = first.findIndex((logit, i) => !Object.is(logit, second[i]));
      if (differs >= 0)
        throw new Error(`logit ${differs} is ${first[differs]}, then ${second[differs]} for the same image`);
    },
    passesHeader: async (bytes) => opens(readers, bytes),
  };
}

/** Refused by the engine, not by the file's reader. */
function opens(readers: typeof Readers, bytes: Uint8Array): boolean {
  try {
    readers.open(bytes);
    return true;
  } catch {
    return false;
  }
}
