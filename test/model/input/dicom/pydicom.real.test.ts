/**
 * The same files read by pydicom and here: stored values, and what is shown, equal; what pydicom ships to try readers
 * with is read alike or refused with a reason.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readPicture } from "../../../../model/input/dicom/decode.ts";
import { type Samples, tabulate, valueReader } from "../../../../model/input/dicom/levels.ts";
import { parseDicom } from "../../../../model/input/dicom/parse.ts";
import type { DicomPicture } from "../../../../model/input/dicom/picture.ts";
import { decodeDicomHere, nodeTools } from "../../../../model/input/node/dicom-tools.ts";
import { PYDICOM_PYTHON, providePydicom } from "../../../../scripts/pydicom.mjs";
import { type Attributes, film, ramp, words, writeDicom } from "./writer.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures/dicom");
/** What leaves a JPEG decoder may differ by a level from what leaves another. */
const LOSSY = /jpeg-8|jpeg-2000-lossy/;
/** pydicom reads them, and we do not, on purpose. */
const STRICTER = [
  "JPEG extended with 12 bits", // no sound decoder
  "at least 32 a side", // thumbnails
  "its pixels take 8320 bytes, expected 8192", // bytes behind the pixels
  "it is in colour",
  "neither 8 nor 16 bits",
];

interface Reading {
  modality?: string;
  stored?: string;
  shown?: string;
  error?: string;
}

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "radlite-pydicom-"));
  await providePydicom();
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function readByPydicom(...files: string[]): Record<string, Reading> {
  execFileSync(PYDICOM_PYTHON, [join(import.meta.dirname, "reference.py"), folder, ...files], {
    stdio: "pipe",
  });
  return JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
}

async function readHere(path: string): Promise<{ samples: Samples; picture: DicomPicture }> {
  return readPicture(await parseDicom(readFileSync(path), nodeTools.inflate), nodeTools);
}

function numbersIn<T extends Int32Array | Float64Array>(
  name: string,
  type: new (buffer: ArrayBuffer) => T,
): T {
  return new type(Uint8Array.from(readFileSync(join(folder, name))).buffer);
}

/** The largest difference of a stored value. */
function differStored({ samples, picture }: Awaited<ReturnType<typeof readHere>>, name: string): number {
  const expected = numbersIn(name, Int32Array);
  expect(samples.patterns.length).toBe(expected.length);
  const read = valueReader(samples, picture);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - read(samples.patterns[i]!))), 0);
}

function differShown({ samples, picture }: Awaited<ReturnType<typeof readHere>>, name: string): number {
  const expected = numbersIn(name, Float64Array);
  const { greys } = tabulate(samples, picture);
  return expected.reduce((most, grey, i) => Math.max(most, Math.abs(grey - greys[samples.patterns[i]!]!)), 0);
}

test("each transfer syntax: the stored values that pydicom reads", async () => {
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith(".dcm") && !name.includes("extended"));
  const readings = readByPydicom(...names.map((name) => join(FIXTURES, name)));

  for (const [path, { stored, error }] of Object.entries(readings)) {
    // Without its meta information pydicom does not know that pixels are not coded.
    if (path.includes("no-preamble")) continue;
    expect(error, path).toBeUndefined();
    expect(differStored(await readHere(path), stored!), path).toBeLessThanOrEqual(LOSSY.test(path) ? 1 : 0);
  }
});

describe("levels: what pydicom shows", () => {
  const signed = { "US 00280103": [1] };
  const all = words(ramp(1024, (i) => i * 4));
  const negative = words(ramp(1024, (i) => (i * 4 - 2048) & 0xffff));
  const window = (centre: string, width: string, name = "LINEAR"): Attributes => ({
    "DS 00281050": centre,
    "DS 00281051": width,
    "CS 00281056": name,
  });
  const rescale = { "DS 00281052": "-1024", "DS 00281053": "1.5" };
  const table = (sequence: string, descriptor: number[], of: (i: number) => number): Attributes => ({
    [`SQ ${sequence}`]: {
      items: [{ "US 00283002": descriptor, "OW 00283006": words(ramp(descriptor[0] || 65_536, of)) }],
    },
  });
  const CASES: Record<string, Attributes> = {
    "a window": window("2000", "1000"),
    "a window of width 1": window("2000", "1"),
    "several windows": window("1000\\2000", "300\\400"),
    "an exact window": window("2000.25", "999.5", "LINEAR_EXACT"),
    "a sigmoid": window("2000", "700", "SIGMOID"),
    "a window behind a rescale": { ...rescale, ...window("500", "2000") },
    "a window, inverted": { ...window("2000", "1000"), "CS 00280004": "MONOCHROME1" },
    "a window on signed values": { ...signed, ...window("-100", "500"), "OW 7FE00010": negative },
    "a sigmoid on signed values": { ...signed, ...window("-100", "500", "SIGMOID"), "OW 7FE00010": negative },
    "a VOI table": table("00283010", [1000, 700, 12], (i) => (i * 4093) % 4096),
    "a VOI table of 65536": table("00283010", [0, 0, 16], (i) => 65_535 - i),
    "a modality table and a window": {
      ...table("00283000", [4096, 0, 16], (i) => 65_535 - 16 * i), // it reads none of 12 bits
      ...window("30000", "20000"),
    },
  };

  test.each(Object.keys(CASES))("%s", async (name) => {
    const path = join(folder, "levels.dcm");
    writeFileSync(path, writeDicom(film({ "OW 7FE00010": all, ...CASES[name] })));

    const [reading] = Object.values(readByPydicom(path));

    const here = await readHere(path);
    expect(differStored(here, reading!.stored!)).toBe(0);
    expect(differShown(here, reading!.shown!)).toBeLessThan(1e-6);
  });
});

test("pydicom's own files: equal where both read them, and refused with a reason where we do not", async () => {
  const readings = readByPydicom();
  const outcomes = { equal: 0, refused: 0 };
  expect(Object.keys(readings).length).toBeGreaterThan(150);

  for (const [path, { stored, modality }] of Object.entries(readings)) {
    const refusal = await decodeDicomHere(readFileSync(path)).then(
      () => undefined,
      (error) => error,
    );
    // Three of them are films, of a spine, 16 x 16 pixels.
    expect(refusal, path).toBeInstanceOf(RadliteError);
    expect(refusal.reason, path).toMatch(/^(NOT_A_CHEST_FILM|NOT_AN_IMAGE)$/);
    if (modality !== undefined && modality !== null && stored)
      expect(refusal.reason, path).toBe("NOT_A_CHEST_FILM");

    const here = await readHere(path).catch((error) => error);
    if (here instanceof Error) {
      expect(here, path).toBeInstanceOf(RadliteError);
      if (stored)
        expect(
          STRICTER.some((words) => here.message.includes(words)),
          here.message,
        ).toBe(true);
      outcomes.refused += 1;
    } else {
      expect(differStored(here, stored!), path).toBe(0);
      outcomes.equal += 1;
    }
  }
  expect(outcomes.equal).toBeGreaterThanOrEqual(13);
});
