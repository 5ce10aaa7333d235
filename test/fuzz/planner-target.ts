/**
 * planner: bytes into `open`, what opens into `loadEngine`, and what loads runs, twice where a run is small and not
 * at all where it takes much memory, which a process takes once and this one again and again. The same image gives
 * the same logits, as many as the network ends in: nothing of a run is left for the next.
 */
import { RadliteError } from "@radlite/model/errors";
import type { NetworkNode, ValueShape } from "@radlite/model/format";
import type { Numbers } from "../model/networks.ts";
import { type Anatomy, freeze } from "./artifacts.ts";
import { changeHeader, changePayload, samplesOf } from "./format-target.ts";
import { LARGE, strangeNetwork } from "./networks.ts";
import type * as Readers from "./readers.ts";
import { numbersOf, pickWeighted, type Target } from "./target.ts";

/** What is small: multiply-accumulates with pooled numbers, and computed values, of one run. */
const MOST_MACS = 2_000_000;
const MOST_VALUES = 500_000;
/** Values of a run beyond which what one input leaves behind and what the next one takes are too much together. */
const MOST_RUN_VALUES = 2 ** 24;
/** Pixels of an image that differ; a prime. */
const PATTERN = 997;

type Change = (sample: Anatomy, numbers: Numbers, donor: Anatomy) => Uint8Array;

/** Thousandths. A large network takes fifty times as long as another. */
const CHANGES: readonly (readonly [weight: number, change: Change])[] = [
  [545, (_, numbers) => freeze(strangeNetwork(numbers), numbers)],
  [5, (_, numbers) => freezeLarge(numbers)],
  [200, changePayload],
  [250, changeHeader],
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
      if (values > MOST_RUN_VALUES) return;
      const [height, width, channels] = shapes[0]!;
      const image = drawImage(height * width * channels);
      const first = (await engine.run(image)).logits;
      if (first.length !== shapes.at(-1)![2])
        throw new Error(`${first.length} logits, the network ends in ${shapes.at(-1)}`);
      const macs = readers.countMacs(network).total + readers.countBinaryMacs(network).total;
      if (!isSmall(shapes, network.nodes, macs)) return;
      const second = (await engine.run(image)).logits;
      const differs = first.findIndex((logit, i) => !Object.is(logit, second[i]));
      if (differs >= 0)
        throw new Error(`logit ${differs} is ${first[differs]}, then ${second[differs]} for the same image`);
    },
    passesHeader: async (bytes) => opens(readers, bytes),
  };
}

/** A large network that a file may ask for; a small one where it asks for too much. */
function freezeLarge(numbers: Numbers): Uint8Array {
  try {
    return freeze(strangeNetwork(numbers, LARGE), numbers);
  } catch (error) {
    if (error instanceof RadliteError) return freeze(strangeNetwork(numbers), numbers);
    throw error;
  }
}

/** A pattern, repeated: fifty million sines would take longer than all else. */
function drawImage(length: number): Float32Array {
  const image = new Float32Array(length);
  for (let i = 0; i < Math.min(length, PATTERN); i++) image[i] = Math.sin(i);
  for (let done = PATTERN; done < length; done *= 2) image.copyWithin(done, 0, done);
  return image;
}

function isSmall(shapes: ValueShape[], nodes: NetworkNode[], macs: number): boolean {
  const sizes = shapes.map(([height, width, channels]) => height * width * channels);
  const pooled = nodes.map((node, i) =>
    node.op === "MaxPool" || node.op === "AveragePool" ? sizes[i + 1]! * node.kernel[0] * node.kernel[1] : 0,
  );
  const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
  return sum(sizes) <= MOST_VALUES && macs + sum(pooled) <= MOST_MACS;
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
