import { RadliteError } from "@radlite/model/errors";
import { readSource, writeCapture, writeStructuredReport } from "@radlite/model/report";
import { describe, expect, test } from "vitest";
import { type Attributes, writeDicom } from "../input/dicom/writer.ts";
import { identifiedFilm, JUDGEMENT, standingStill, VIEW } from "./samples.ts";

const letters = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

async function writeBoth(attributes: Attributes): Promise<Uint8Array[]> {
  const bytes = writeDicom(attributes);
  const source = await readSource(bytes);
  return [
    writeStructuredReport(source, JUDGEMENT, standingStill()),
    writeCapture(source, JUDGEMENT, { view: VIEW }, standingStill()),
  ];
}

interface Element {
  tag: number;
  vr: string;
  value: Uint8Array;
}

const LONG = ["OB", "OW", "SQ", "UN", "UT", "UC", "UR"];

/** Reads elements to the last byte, or fails; those of items too. */
function walk(bytes: Uint8Array, visit: (elements: Element[]) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true);
    const vr = letters(bytes.subarray(at + 4, at + 6));
    const isLong = LONG.includes(vr);
    const length = isLong ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
    const start = at + (isLong ? 12 : 8);
    at = start + length;
    expect(at).toBeLessThanOrEqual(bytes.length);
    elements.push({ tag, vr, value: bytes.subarray(start, at) });
  }
  visit(elements);
  for (const { vr, value } of elements) {
    if (vr !== "SQ") continue;
    const inside = new DataView(value.buffer, value.byteOffset, value.length);
    for (let item = 0; item < value.length; ) {
      expect(inside.getUint32(item, true)).toBe(0xe000fffe);
      const length = inside.getUint32(item + 4, true);
      walk(value.subarray(item + 8, item + 8 + length), visit);
      item += 8 + length;
    }
  }
}

describe("as bytes", () => {
  test("even lengths, ascending tags, and group 2 as long as it says", async () => {
    for (const file of await writeBoth(identifiedFilm({ "PN 00100010": "Odd" }))) {
      expect(letters(file.subarray(128, 132))).toBe("DICM");
      let count = 0;
      walk(file.subarray(132), (elements) => {
        const tags = elements.map(({ tag }) => tag);
        expect(tags).toEqual([...new Set(tags)].sort((a, b) => a - b));
        expect(elements.filter(({ value }) => value.length % 2 === 1)).toEqual([]);
        count += elements.length;
        const [first] = elements;
        if (first?.tag !== 0x00020000) return;
        const said = new DataView(first.value.buffer, first.value.byteOffset).getUint32(0, true);
        const behind = elements.filter(({ tag }) => tag > 0x00020000 && tag < 0x00030000);
        const long = ({ vr }: Element) => (LONG.includes(vr) ? 12 : 8);
        expect(said).toBe(behind.reduce((sum, one) => sum + long(one) + one.value.length, 0));
      });
      expect(count).toBeGreaterThan(40);
    }
  });

  test("the same clock and chance give the same bytes; identifiers are UUIDs under 2.25", async () => {
    const [first, second] = [await writeBoth(identifiedFilm()), await writeBoth(identifiedFilm())];
    expect(first).toEqual(second);
    const uids = letters(first[0]!)
      .match(/2\.25\.\d+/g)!
      .filter((uid) => !uid.startsWith("2.25.2083115713"));
    expect(uids.length).toBeGreaterThanOrEqual(4);
    for (const uid of uids) {
      const uuid = BigInt(uid.slice(5)).toString(16).padStart(32, "0");
      expect(uuid).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    }
  });
});

test("whose it is comes over, and nothing else of the header, wherever it stood", async () => {
  const planted = {
    "LO 00080080": "Planted Hospital",
    "PN 00080090": "Planted^Physician",
    "LO 00081030": "planted study",
    "SQ 00081140": { items: [{ "PN 00100010": "Planted^Inside", "UI 00081155": "1.2.3.999" }] },
    "LO 00090010": "PLANTED PRIVATE",
    "LO 00091001": "planted value",
    "LO 00101000": "PLANTED-OTHER",
    "LT 00104000": "planted comment",
    "LT 00204000": "planted image comment",
    "CS 00180015": "CHEST",
  };
  for (const file of await writeBoth(identifiedFilm(planted))) {
    for (const kept of [
      "Doe^Jane",
      "MRN-17",
      "Issuer",
      "ACC-1",
      "STUDY-9",
      "20200304",
      "20260102",
      "1.2.3.1",
    ])
      expect(letters(file)).toContain(kept);
    expect(letters(file)).not.toMatch(/planted|1\.2\.3\.999/i);
  }
});

test("values that are not as the standard has them are left empty, not passed on", async () => {
  const odd = { "DA 00100030": "4.3.2020", "CS 00100040": "female", "TM 00080030": "noon" };
  for (const file of await writeBoth(identifiedFilm(odd))) {
    expect(letters(file)).not.toMatch(/4\.3\.2020|female|noon/);
    walk(file.subarray(132), (elements) => {
      for (const { tag, value } of elements)
        if ([0x00100030, 0x00100040, 0x00080030].includes(tag)) expect(value.length).toBe(0);
    });
  }
});

test("times are the study's where it names its offset from UTC, and UTC where not", async () => {
  const timesOf = async (attributes: Attributes) => {
    const found: string[] = [];
    walk((await writeBoth(attributes))[0]!.subarray(132), (elements) => {
      for (const { tag, value } of elements)
        if ([0x00080023, 0x00080033].includes(tag)) found.push(letters(value).trim());
    });
    return found;
  };
  expect(await timesOf(identifiedFilm())).toEqual(["20261130", "233015"]);
  expect(await timesOf(identifiedFilm({ "SH 00080201": "+0530" }))).toEqual(["20261201", "050015"]);
  expect(await timesOf(identifiedFilm({ "SH 00080201": "-0400" }))).toEqual(["20261130", "193015"]);
});

describe("what no report can be about is refused", () => {
  test.each([
    ["no StudyInstanceUID", { "UI 0020000D": "" }, /StudyInstanceUID/],
    ["a SeriesInstanceUID of letters", { "UI 0020000E": "series one" }, /SeriesInstanceUID/],
    ["a SOPInstanceUID that is too long", { "UI 00080018": `1.${"2".repeat(63)}` }, /SOPInstanceUID/],
  ])("%s", async (_what, over, message) => {
    const refusal = await readSource(writeDicom(identifiedFilm(over))).catch((error) => error);
    expect(refusal).toBeInstanceOf(RadliteError);
    expect(refusal).toMatchObject({ code: "BAD_INPUT", reason: "NOT_REPORTABLE", status: 400 });
    expect(refusal.message).toMatch(message);
  });

  test("what is no DICOM file: 406", async () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
    const refusal = await readSource(png).catch((error) => error);
    expect(refusal).toMatchObject({ code: "BAD_INPUT", reason: "NOT_DICOM", status: 406 });
    expect(refusal.message).toMatch(/this is a PNG file/);
  });
});
