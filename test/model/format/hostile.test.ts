/**
 * Files by somebody who knows the format: the checksum is right and the rest is not. Whatever comes, a file
 * opens as a network that holds together, or is a BAD_ARTIFACT, within bounded time and memory.
 */
import { RadliteError } from "@radlite/model/errors";
import { encodeNetwork, LIMITS, open, seal, validateNetwork } from "@radlite/model/format";
import { expect, test } from "vitest";
import { ALL_CODINGS } from "../coded-tensors.ts";
import { createNumbers, randomNetwork } from "../networks.ts";
import { CALIBRATION, withRepairedChecksum } from "./artifacts.ts";

const SLOWEST_MS = 1000;

interface Outcome {
  opened: number;
  refused: number;
  /** The most weights that one file made the reader allocate, in the end. */
  mostValues: number;
  slowestMs: number;
}

/** Opens every file and checks what comes of it; anything but a sound network or a BAD_ARTIFACT is thrown. */
function openAll(files: Iterable<Uint8Array>): Outcome {
  const outcome: Outcome = { opened: 0, refused: 0, mostValues: 0, slowestMs: 0 };
  for (const file of files) {
    const start = performance.now();
    try {
      const { network } = open(file);
      outcome.opened++;
      validateNetwork(network);
      const values = network.tensors.reduce((sum, tensor) => sum + tensor.values.length, 0);
      outcome.mostValues = Math.max(outcome.mostValues, values);
    } catch (error) {
      if (!(error instanceof RadliteError && error.code === "BAD_ARTIFACT")) throw error;
      outcome.refused++;
    }
    outcome.slowestMs = Math.max(outcome.slowestMs, performance.now() - start);
  }
  return outcome;
}

function expectBounded(outcome: Outcome): void {
  expect(outcome.mostValues).toBeLessThanOrEqual(LIMITS.freeValues);
  expect(outcome.slowestMs).toBeLessThan(SLOWEST_MS);
  expect(outcome.refused).toBeGreaterThan(0);
}

/** Between them they hold every coding. */
const samples = (): Uint8Array[] =>
  [
    ...[0, 5, 29, 39].map((seed) => randomNetwork(seed)),
    ...[3, 43, 55, 57].map((seed) => randomNetwork(seed, 12, ALL_CODINGS)),
  ].map((network) => seal(encodeNetwork(network), CALIBRATION));

test("the samples hold every coding", () => {
  const codings = samples().flatMap((sample) =>
    open(sample).network.tensors.map(({ coding }) => coding.kind),
  );

  expect(new Set(codings)).toEqual(new Set(ALL_CODINGS));
});

test("every flipped bit of a header, with the checksum repaired", () => {
  function* flips() {
    for (const sample of samples()) {
      for (let bit = 8 * 4; bit < 8 * Math.min(sample.length - 4, 200); bit++) {
        const mutant = Uint8Array.from(sample);
        mutant[bit >> 3]! ^= 1 << (bit & 7);
        yield withRepairedChecksum(mutant);
      }
    }
  }

  expectBounded(openAll(flips()));
}, 60_000);

test("every truncation, with the checksum repaired", () => {
  function* truncations() {
    for (const sample of samples()) {
      for (let length = 8; length < sample.length; length += length < 300 ? 1 : 37)
        yield withRepairedChecksum(sample.subarray(0, length));
    }
  }

  expectBounded(openAll(truncations()));
}, 60_000);

test("6,000 random mutants: bytes changed, put in, taken out, doubled, and headers exchanged", () => {
  const numbers = createNumbers(2026);
  const originals = samples();
  function* mutants() {
    for (let i = 0; i < 6000; i++) {
      let bytes = [...numbers.pick(originals).subarray(0, -4)];
      for (let change = numbers.whole(1, 4); change > 0; change--) {
        const at = numbers.whole(4, numbers.whole(0, 1) ? bytes.length - 1 : Math.min(90, bytes.length - 1));
        const extreme = numbers.pick([0, 1, 0x7f, 0x80, 0xff, numbers.whole(0, 255)]);
        const length = numbers.whole(1, 6);
        const kind = numbers.whole(0, 5);
        if (kind <= 1) bytes[at] = extreme;
        else if (kind === 2) bytes.splice(at, 0, ...new Array<number>(length).fill(extreme));
        else if (kind === 3) bytes.splice(at, length);
        else if (kind === 4) bytes.splice(at, 0, ...bytes.slice(at, at + length));
        else bytes = [...numbers.pick(originals).subarray(0, at), ...bytes.slice(at)];
      }
      yield withRepairedChecksum(Uint8Array.of(...bytes, 0, 0, 0, 0));
    }
  }

  const outcome = openAll(mutants());

  expectBounded(outcome);
  expect(outcome.opened).toBeGreaterThan(100); // many changes only touch weights: the test reaches past the header
}, 60_000);

test("2,000 files of random bytes behind a right magic, version and checksum", () => {
  const numbers = createNumbers(7);
  function* noise() {
    for (let i = 0; i < 2000; i++) {
      const body = Array.from({ length: numbers.whole(1, 120) }, () =>
        numbers.whole(0, 1) ? numbers.whole(0, 255) : numbers.whole(0, 9),
      );
      yield withRepairedChecksum(Uint8Array.of(0x52, 0x4c, 0x4d, 1, body.length, ...body, 0, 0, 0, 0));
    }
  }

  expectBounded(openAll(noise()));
}, 60_000);
