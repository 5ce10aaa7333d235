/** From stored values to grey, against numbers that were worked out by hand from PS3.3, C.11. */
import { describe, expect, test } from "vitest";
import { decodeDicomHere } from "../../../../model/input/node/dicom-tools.ts";
import { type Attributes, film, ramp, words, writeDicom } from "./writer.ts";

/** Fractions of white of the first pixels: the film stores 0, 1, 2 … unless it says otherwise. */
async function shows(over: Attributes): Promise<{ grey: (at: number) => number; white: number }> {
  const { levels, white } = await decodeDicomHere(writeDicom(film(over)));
  return { grey: (at) => levels[at]! / white, white };
}

const SIGNED = { "US 00280103": [1] };
const decimal = (centre: string, width: string) => ({ "DS 00281050": centre, "DS 00281051": width });
const store = (...values: number[]) => ({
  "OW 7FE00010": words([...values, ...ramp(1024 - values.length, () => 0)]),
});

describe("without a window all that may be stored is shown", () => {
  test("12 bits in use: black is 0, white 4095, and a level of the file is a level here", async () => {
    const { grey, white } = await shows(store(0, 1, 2048, 4095));

    expect(white).toBe(4095);
    expect([0, 1, 2, 3].map((at) => grey(at) * 4095)).toEqual([0, 1, 2048, 4095]);
  });

  test("8 bits come as bytes", async () => {
    const bytes = Uint8Array.from({ length: 1024 }, (_, i) => i);
    const over = { "US 00280100": [8], "US 00280101": [8], "US 00280102": [7], "OW 7FE00010": bytes };
    const { levels, white } = await decodeDicomHere(writeDicom(film(over)));

    expect(white).toBe(255);
    expect(levels).toEqual(bytes);
  });

  test("signed values begin at the lowest", async () => {
    const { grey } = await shows({ ...SIGNED, ...store(0xf800, 0xffff, 0, 2047) });

    expect([0, 1, 2, 3].map((at) => Math.round(grey(at) * 4095))).toEqual([0, 2047, 2048, 4095]);
  });

  test("low values are bright in MONOCHROME1", async () => {
    const { grey } = await shows({ "CS 00280004": "MONOCHROME1", ...store(0, 1, 4095) });

    expect([0, 1, 2].map((at) => grey(at) * 4095)).toEqual([4095, 4094, 0]);
  });

  test("a falling rescale turns the picture over, as MONOCHROME1 does", async () => {
    const { grey } = await shows({ "DS 00281052": "4095", "DS 00281053": "-1", ...store(0, 4095) });

    expect([grey(0), grey(1)]).toEqual([1, 0]);
  });
});

describe("values beyond the bits that are stored are clamped, not masked", () => {
  test("above", async () => {
    const { grey } = await shows(store(4095, 4096, 0xffff));

    expect([0, 1, 2].map(grey)).toEqual([1, 1, 1]);
  });

  test("below and above, signed", async () => {
    const { grey } = await shows({ ...SIGNED, ...store(0x8000, 0xf800, 0x7fff) });

    expect([0, 1, 2].map(grey)).toEqual([0, 0, 1]);
  });
});

describe("a highest bit of 15 with 12 bits stored", () => {
  const high = { "US 00280102": [15] };

  test("is where the values are, when any of them reaches there", async () => {
    const { grey } = await shows({ ...high, ...store(0, 0x0010, 0x8000, 0xfff0) });

    expect([0, 1, 2, 3].map((at) => grey(at) * 4095)).toEqual([0, 1, 2048, 4095]);
  });

  test("is a slip, when none does", async () => {
    const { grey } = await shows({ ...high, ...store(0, 1, 4095) });

    expect([0, 1, 2].map((at) => grey(at) * 4095)).toEqual([0, 1, 4095]);
  });
});

describe("windows", () => {
  // Centre 100, width 11: from 94.5 to 104.5 in ten steps. Expected greys of 94, 95, 97, 99, 100, 104, 105.
  const values = [94, 95, 97, 99, 100, 104, 105];
  test.each([
    ["LINEAR", values.map((x) => Math.min(Math.max((x - 94.5) / 10, 0), 1))],
    ["LINEAR_EXACT", values.map((x) => Math.min(Math.max((x - 94.5) / 11, 0), 1))],
    ["SIGMOID", values.map((x) => 1 / (1 + Math.exp((-4 * (x - 100)) / 11)))],
  ])("%s", async (name, expected) => {
    const { grey } = await shows({ ...decimal("100", "11"), "CS 00281056": name, ...store(...values) });

    values.forEach((_, at) => {
      expect(Math.abs(grey(at) - expected[at]!)).toBeLessThanOrEqual(0.5 / 255);
    });
  });

  test("come behind the rescale, and the first of several counts", async () => {
    const rescale = { "DS 00281052": "-1000", "DS 00281053": "2" };
    const { grey } = await shows({ ...rescale, ...decimal("1000\\7", "2001\\3"), ...store(500, 1000, 1500) });

    expect([0, 1, 2].map((at) => Math.round(grey(at) * 1000))).toEqual([0, 500, 1000]);
  });

  test("are as fine as the values in them, in 255 steps at least", async () => {
    // 1500 to 2499 are neither black nor white.
    expect((await shows(decimal("2000", "1001"))).white).toBe(1001);
    expect((await shows(decimal("2000", "30"))).white).toBe(255);
  });

  test("of width 1 are a step at the centre", async () => {
    const { grey } = await shows({ ...decimal("100", "1"), ...store(98, 99, 100, 101) });

    expect([0, 1, 2, 3].map(grey)).toEqual([0, 0, 1, 1]);
  });

  test.each([
    ["0", "0"],
    ["100", ""],
    ["", "100"],
    ["100", "-5"],
  ])("of centre %j and width %j are none", async (centre, width) => {
    const { grey, white } = await shows({ ...decimal(centre, width), ...store(0, 4095) });

    expect([grey(0), grey(1), white]).toEqual([0, 1, 4095]);
  });
});

describe("lookup tables", () => {
  const table = (sequence: string, descriptor: number[], data: Uint8Array, vr = "US"): Attributes => ({
    [`SQ ${sequence}`]: { items: [{ [`${vr} 00283002`]: descriptor, "OW 00283006": data }] },
  });

  test("as VOI: values before and behind it take its ends", async () => {
    const lut = table("00283010", [3, 100, 10], words([0, 341, 1023]));
    const { grey } = await shows({ ...lut, ...store(0, 100, 101, 102, 4095) });

    expect([0, 1, 2, 3, 4].map(grey)).toEqual([0, 0, 1 / 3, 1, 1]);
  });

  test("a length of 0 means 65536 entries", async () => {
    const entries = words(ramp(65_536, (i) => 65_535 - i));
    const sixteen = { "US 00280101": [16], "US 00280102": [15] };
    const { grey } = await shows({
      ...sixteen,
      ...table("00283010", [0, 0, 16], entries),
      ...store(0, 65_535),
    });

    expect([grey(0), grey(1)]).toEqual([1, 0]);
  });

  test("as VOI, with a first value below zero", async () => {
    const lut = table("00283010", [3, 0xffff, 8], words([0, 100, 255]), "SS");
    const { grey } = await shows({ ...SIGNED, ...lut, ...store(0xffff, 0, 1) });

    expect([0, 1, 2].map((at) => Math.round(grey(at) * 255))).toEqual([0, 100, 255]);
  });

  test("as modality, in bytes", async () => {
    const lut = table("00283000", [4, 0, 8], Uint8Array.of(255, 100, 50, 0));
    const { grey } = await shows({ ...lut, ...store(0, 1, 2, 3, 4) });

    expect([0, 1, 2, 3, 4].map((at) => Math.round(grey(at) * 255))).toEqual([255, 100, 50, 0, 0]);
  });

  test("entries beyond their bits are white", async () => {
    for (const sequence of ["00283000", "00283010"]) {
      const { grey } = await shows({
        ...table(sequence, [3, 0, 8], words([0, 255, 4095])),
        ...store(0, 1, 2),
      });

      expect([0, 1, 2].map(grey)).toEqual([0, 1, 1]);
    }
  });

  test("a VOI table goes before a window", async () => {
    const lut = table("00283010", [2, 0, 8], words([255, 0]));
    const { grey } = await shows({ ...lut, ...decimal("0", "1"), ...store(0, 1) });

    expect([grey(0), grey(1)]).toEqual([1, 0]);
  });
});

describe("padding is black, like what lies outside the collimator", () => {
  test("one value, also where low values are bright", async () => {
    const { grey } = await shows({ "CS 00280004": "MONOCHROME1", "US 00280120": [0], ...store(0, 1) });

    expect([grey(0), grey(1) * 4095]).toEqual([0, 4094]);
  });

  test("a range, with its ends in either order, signed", async () => {
    const range = { ...SIGNED, "SS 00280120": [0xfff6], "SS 00280121": [0xfff0] };
    const { grey } = await shows({ ...range, ...store(0xffef, 0xfff0, 0xfff6, 0xfff7) });

    expect([0, 1, 2, 3].map((at) => grey(at) > 0)).toEqual([true, false, false, true]);
  });
});
