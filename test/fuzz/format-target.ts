/**
 * format: bytes into `open` and `describeParts`. What opens must be sound and add up: a network that could be
 * encoded, parts that are the file, network bytes that open by themselves.
 */
import { encodeNetwork, type Network, OPERATORS } from "@radlite/model/format";
import { createByteReader } from "../../model/format/byte-stream.ts";
import { checkEnvelope } from "../../model/format/envelope.ts";
import { readHeader } from "../../model/format/header.ts";
import { validateHeader } from "../../model/format/validation.ts";
import { ALL_CODINGS } from "../model/coded-tensors.ts";
import { type Numbers, randomNetwork } from "../model/networks.ts";
import { type Anatomy, assemble, dissect, freeze } from "./artifacts.ts";
import { concatBytes, mutateBytes, randomBytes } from "./bytes.ts";
import { strangeNetwork } from "./networks.ts";
import { expandingNetwork, promiseMuch } from "./promises.ts";
import type * as Readers from "./readers.ts";
import { numbersOf, pickWeighted, type Target } from "./target.ts";

const SAMPLES = 120;
/** Beyond it the second look takes longer than the first. */
const MOST_WEIGHTS = 100_000;

type Change = (sample: Anatomy, numbers: Numbers, donor: Anatomy) => Uint8Array;

/** Ten thousandths. An expanding file takes a thousand times as long as the others. */
const CHANGES: readonly (readonly [weight: number, change: Change])[] = [
  [4000, changePayload],
  [1800, changeHeader],
  [200, (_, numbers) => promiseMuch(numbers)],
  [1400, changeSections],
  [600, exchangeParts],
  [600, (_, numbers) => freeze(strangeNetwork(numbers), numbers)],
  [500, changeLength],
  [450, inventHeader],
  [448, (sample, numbers, donor) => mutateBytes(assemble(sample), numbers, assemble(donor))],
  [2, (_, numbers) => encodeNetwork(expandingNetwork(numbers))],
];

export function createFormatTarget(readers: typeof Readers): Target {
  return {
    generate(seed, index) {
      const samples = samplesOf(seed);
      const numbers = numbersOf(seed, index);
      return pickWeighted(numbers, CHANGES)(numbers.pick(samples), numbers, numbers.pick(samples));
    },
    async read(bytes) {
      const { network, networkBytes } = readers.open(bytes);
      const described = readers.describeParts(bytes).reduce((sum, part) => sum + part.bytes, 0);
      if (described !== bytes.length)
        throw new Error(`parts add up to ${described} bytes, the file has ${bytes.length}`);
      const again = readers.open(networkBytes);
      if (again.calibration !== undefined || again.network.tensors.length !== network.tensors.length)
        throw new Error("the network's own bytes hold another network or a calibration");
      requireSound(readers, network);
    },
    passesHeader: async (bytes) => passesHeader(bytes),
  };
}

const remembered = new Map<number, Anatomy[]>();

/** Files for mutation, the same for the same seed. */
export function samplesOf(seed: number): Anatomy[] {
  const known = remembered.get(seed);
  if (known) return known;
  const samples = Array.from({ length: SAMPLES }, (_, i) => {
    const numbers = numbersOf(seed, -1 - i);
    const network =
      i % 2
        ? strangeNetwork(numbers)
        : randomNetwork(numbers.whole(0, 2 ** 31 - 1), numbers.whole(0, 12), ALL_CODINGS, OPERATORS);
    return dissect(freeze(network, numbers));
  });
  remembered.set(seed, samples);
  return samples;
}

export function changePayload(sample: Anatomy, numbers: Numbers, donor: Anatomy): Uint8Array {
  return assemble({ ...sample, payload: mutateBytes(sample.payload, numbers, donor.payload) });
}

export function changeHeader(sample: Anatomy, numbers: Numbers, donor: Anatomy): Uint8Array {
  return assemble({ ...sample, header: mutateBytes(sample.header, numbers, donor.header, 2) });
}

function changeSections(sample: Anatomy, numbers: Numbers, donor: Anatomy): Uint8Array {
  const others = [...sample.sections, ...donor.sections];
  const tag = (): number => numbers.pick([0, 1, 2, 3, 4, 64, 65, 127, 2 ** 31 + 1, numbers.whole(1, 300)]);
  const sections = others
    .filter(() => numbers.whole(0, 3) > 0)
    .map(({ tag: old, content }) => ({
      tag: numbers.whole(0, 5) ? old : tag(),
      content: numbers.whole(0, 2) ? mutateBytes(content, numbers, numbers.pick(others).content) : content,
    }));
  const more = numbers.pick([0, 0, 0, 1, 2, 40]);
  const odd = Array.from({ length: more }, (_, i) => ({
    tag: 2 * i + numbers.pick([3, 3, 3, tag()]),
    content: randomBytes(numbers, numbers.pick([0, 1, 30, 252, 253, 254, 300])),
  }));
  return assemble({ ...sample, sections: [...sections, ...odd] });
}

/** The header of one file before the weights of another. */
function exchangeParts(sample: Anatomy, _numbers: Numbers, donor: Anatomy): Uint8Array {
  return assemble({ ...sample, payload: donor.payload });
}

function changeLength(sample: Anatomy, numbers: Numbers): Uint8Array {
  const { payload } = sample;
  const length = numbers.whole(0, payload.length);
  return numbers.whole(0, 1)
    ? assemble({ ...sample, payload: payload.subarray(0, length), sections: [] })
    : assemble({ ...sample, payload: concatBytes(payload, randomBytes(numbers, numbers.whole(1, 40))) });
}

/** A header out of nowhere: flags, sides, then operators and their small numbers. */
function inventHeader(_sample: Anatomy, numbers: Numbers): Uint8Array {
  const header = Uint8Array.from({ length: numbers.whole(1, 120) }, () =>
    numbers.whole(0, 2) ? numbers.whole(0, 0x2f) : numbers.whole(0, 255),
  );
  return assemble({ header, payload: randomBytes(numbers, numbers.whole(0, 200)), sections: [] });
}

/** Opening checks less than encoding, where decoding leaves nothing to check: that this is so is seen here. */
function requireSound({ validateNetwork }: typeof Readers, network: Network): void {
  const weights = network.tensors.reduce((sum, { values }) => sum + values.length, 0);
  if (weights > MOST_WEIGHTS) return;
  try {
    validateNetwork(network);
  } catch (error) {
    throw new Error("what opened could not be encoded", { cause: error });
  }
}

function passesHeader(bytes: Uint8Array): boolean {
  try {
    checkEnvelope(bytes);
    const reader = createByteReader(bytes.subarray(4));
    validateHeader(readHeader(createByteReader(reader.bytes(reader.varint("header length"), "header"))));
    return true;
  } catch {
    return false;
  }
}
