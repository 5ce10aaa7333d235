/**
 * gate: bytes into the reader of gates, and what opens looks at a picture. Scores must be numbers, and a picture that
 * is OUTSIDE has its word. Past the header is a file of the known version whose checksum fits.
 */
import { crc32c } from "@radlite/model/format";
import { encodeGate, type Gate, type GatePicture } from "@radlite/model/verdict/gate";
import type { Numbers } from "../model/networks.ts";
import { concatBytes, mutateBytes, randomBytes } from "./bytes.ts";
import type * as Readers from "./readers.ts";
import { numbersOf, pickWeighted, type Target } from "./target.ts";

const SAMPLES = 20;
const CHECKSUM_BYTES = 4;
/** Magic, version and flags. */
const HEAD_BYTES = 5;
/** Thresholds, and the words' length and first letters: behind the weights, which any byte may be. */
const TAIL = { from: 424, to: 440 };
/** A picture whose pixels differ; a prime. */
const PATTERN = 251;

const PICTURE: GatePicture = {
  pixels: Float32Array.from({ length: 900 }, (_, at) => (at * 97) % PATTERN),
  step: 1,
};

type Change = (body: Uint8Array, numbers: Numbers, donor: Uint8Array) => Uint8Array;

/** Hundredths, of a file without its checksum. */
const CHANGES: readonly (readonly [weight: number, change: Change])[] = [
  [40, (body, numbers, donor) => withChecksum(mutateBytes(body, numbers, donor))],
  [35, (body, numbers, donor) => withChecksum(changePart(body, numbers, donor, TAIL))],
  [5, (body, numbers, donor) => withChecksum(changePart(body, numbers, donor, { from: 0, to: HEAD_BYTES }))],
  [5, (body, numbers) => withChecksum(body.subarray(0, numbers.whole(0, body.length)))],
  [5, (body, numbers) => withChecksum(concatBytes(body, randomBytes(numbers, numbers.whole(1, 100))))],
  [5, (body, numbers, donor) => mutateBytes(withChecksum(body), numbers, donor)],
  [
    5,
    (body, numbers) => concatBytes(body.subarray(0, HEAD_BYTES), randomBytes(numbers, numbers.whole(0, 600))),
  ],
];

export function createGateTarget(readers: typeof Readers): Target {
  const samples = Array.from({ length: SAMPLES }, (_, i) =>
    encodeGate(drawGate(numbersOf(0, -1 - i))).slice(0, -CHECKSUM_BYTES),
  );
  return {
    generate(seed, index) {
      const numbers = numbersOf(seed, index);
      return pickWeighted(numbers, CHANGES)(numbers.pick(samples), numbers, numbers.pick(samples));
    },
    async read(bytes) {
      const gate = readers.openGate(bytes);
      const { status, reason, content, novelty } = readers.applyGate(gate, PICTURE);
      if (!Number.isFinite(content) || !Number.isFinite(novelty))
        throw new Error(`the scores are ${content} and ${novelty}, expected numbers`);
      if ((status === "OUTSIDE") !== (reason !== undefined))
        throw new Error(`the status is ${status}, its reason ${reason}`);
    },
    passesHeader: async (bytes) => passesHeader(bytes),
  };
}

function drawGate(numbers: Numbers): Gate {
  const draw = (count: number) => Float64Array.from(numbers.floats(count, numbers.pick([0, 1e-3, 1, 50])));
  return {
    trim: numbers.whole(0, 1) === 1,
    content: { weights: draw(36), bias: draw(1)[0]! },
    novelty: { mean: draw(24), whitening: draw(300) },
    mirror: draw(30),
    refuse: { content: numbers.whole(1, 5), novelty: numbers.whole(2, 9) },
    caution: { content: numbers.whole(-5, 1), novelty: numbers.whole(0, 2) },
    mirrored: numbers.whole(-5, 0),
    population: numbers.pick(["children", "adults, one clinic", "éàü", "x".repeat(73)]),
  };
}

function changePart(
  body: Uint8Array,
  numbers: Numbers,
  donor: Uint8Array,
  { from, to }: { from: number; to: number },
): Uint8Array {
  const part = mutateBytes(body.subarray(from, to), numbers, donor.subarray(from, to), 2);
  return concatBytes(body.subarray(0, from), part, body.subarray(to));
}

function withChecksum(body: Uint8Array): Uint8Array {
  const checksum = new Uint8Array(CHECKSUM_BYTES);
  new DataView(checksum.buffer).setUint32(0, crc32c(body), true);
  return concatBytes(body, checksum);
}

function passesHeader(bytes: Uint8Array): boolean {
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  if (body.length < HEAD_BYTES || new TextDecoder().decode(body.subarray(0, 3)) !== "RLG" || body[3] !== 1)
    return false;
  const stored = new DataView(bytes.buffer, bytes.byteOffset + body.length, CHECKSUM_BYTES).getUint32(
    0,
    true,
  );
  return stored === crc32c(body);
}
