/**
 * A small share of the fuzzing, with every test run, and what the rest of it stands on: inputs that follow from
 * their number alone, and samples that are sound before they are changed.
 */
import { inflateSync } from "node:zlib";
import { describeParts, encodeNetwork, OPERATORS, open } from "@radlite/model/format";
import { decodeRadiograph } from "@radlite/model/input";
import { beforeAll, expect, test } from "vitest";
import { createNumbers } from "../model/networks.ts";
import { assemble, dissect, freeze } from "./artifacts.ts";
import { flatJpeg } from "./flat-jpeg.ts";
import { readSegments, writeSegments } from "./jpeg.ts";
import { examine } from "./laws.ts";
import { strangeNetwork } from "./networks.ts";
import { createPictures, type Pictures } from "./pictures.ts";
import { deflateZeros, encodeChunks } from "./png.ts";
import * as readers from "./readers.ts";
import { TARGETS } from "./target.ts";
import { createTarget } from "./targets.ts";

const SEED = 20;
const isRefusal = (error: unknown) => error instanceof readers.RadliteError;

let pictures: Pictures;
beforeAll(async () => {
  pictures = await createPictures();
});

test.each([
  ["format", 1200],
  ["input", 900],
  ["planner", 900],
  ["dicom", 600],
  ["gate", 1200],
] as const)(
  "%s: %i inputs keep the laws, and half of them get past the header",
  async (name, count) => {
    const target = await createTarget(name, readers);
    const breaches: string[] = [];
    const counts = { read: 0, refused: 0, passedHeader: 0 };
    for (let index = 0; index < count; index++) {
      const examination = await examine(target, target.generate(SEED, index), isRefusal);
      counts[examination.outcome]++;
      if (examination.passedHeader) counts.passedHeader++;
      const { breach } = examination;
      // Memory is this whole process's here; npm run fuzz holds a process of the product's own to it.
      if (breach !== undefined && breach.kind !== "memory") breaches.push(`${index}: ${breach.message}`);
    }

    expect(breaches).toEqual([]);
    expect(counts.passedHeader).toBeGreaterThan(count / 2);
    expect(counts.read).toBeGreaterThan(count / 5);
    expect(counts.refused).toBeGreaterThan(count / 5);
  },
  60_000,
);

test.each(TARGETS)(
  "%s: an input follows from seed and number, whatever was made before it",
  async (name) => {
    const [first, second] = [await createTarget(name, readers), await createTarget(name, readers)];
    const forwards = Array.from({ length: 40 }, (_, index) => first.generate(3, index));
    const backwards = Array.from({ length: 40 }, (_, i) => second.generate(3, 39 - i)).reverse();

    expect(forwards).toEqual(backwards);
    expect(first.generate(4, 0)).not.toEqual(forwards[0]);
    expect(new Set(forwards.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(40);
  },
  30_000,
);

test("strange networks hold together, and come apart and together again to the byte", () => {
  const ops = new Set<string>();
  for (let seed = 0; seed < 120; seed++) {
    const numbers = createNumbers(seed);
    const network = strangeNetwork(numbers);
    for (const { op } of network.nodes) ops.add(op);
    const file = freeze(network, numbers);

    expect(encodeNetwork(open(file).network)).toEqual(open(file).networkBytes);
    expect(assemble(dissect(file))).toEqual(file);
    expect(dissect(file).sections.length).toBe(
      describeParts(file).filter(({ name }) => /calibration|trim|review|section/.test(name)).length,
    );
  }
  expect(ops.size).toBe(OPERATORS.length);
}, 30_000);

test("every picture decodes before it is changed, and comes apart and together again to the byte", async () => {
  const { png, jpeg, cmyk } = pictures;
  for (const chunks of png) {
    expect(await decodeRadiograph(encodeChunks(chunks))).toMatchObject({ kind: "png" });
  }
  for (const segments of [...jpeg, ...cmyk]) {
    const file = writeSegments(segments);
    expect(await decodeRadiograph(file)).toMatchObject({ kind: "jpeg" });
    expect(writeSegments(readSegments(file))).toEqual(file);
  }
});

test("a flat JPEG is middle grey everywhere, in one scan or in sixty", async () => {
  const sampling = [
    [2, 1],
    [1, 1],
    [1, 2],
  ] as const;
  for (const scans of [{}, { coefficientScans: 60 }]) {
    const file = writeSegments(flatJpeg({ width: 300, height: 211, sampling, ...scans }));
    const { width, height, pixels } = await decodeRadiograph(file);

    expect({ width, height }).toEqual({ width: 300, height: 211 });
    expect(new Set(pixels)).toEqual(new Set([128]));
  }
});

test.each([0, 1, 2 ** 20 - 1, 2 ** 20, 3 * 2 ** 20 + 70_000])("%i zeros are deflated", (count) => {
  expect(inflateSync(deflateZeros(count)).equals(Buffer.alloc(count))).toBe(true);
});
