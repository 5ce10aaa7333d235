/** What is not read, and why; that nothing of the header comes out; and what a hostile file may cost. */
import { readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { deflateRawSync } from "node:zlib";
import { RadliteError } from "@radlite/model/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeDicomHere } from "../../../../model/input/node/dicom-tools.ts";
import {
  type Attributes,
  EXPLICIT,
  film,
  join,
  words,
  writeDicom,
  writeElement,
  writeElements,
  writeFragments,
} from "./writer.ts";

const FIXTURES = joinPath(import.meta.dirname, "../../../fixtures/dicom");
const SYNTAX = "1.2.840.10008.1.2";
const PLANTED = "Ångström^Zoë PLANTED";

/** Rejects with what was thrown; resolves with undefined where the file is read. */
async function refusalOf(bytes: Uint8Array): Promise<RadliteError | undefined> {
  try {
    await decodeDicomHere(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof RadliteError) return error;
    throw error;
  }
}
const reasonOf = async (over: Attributes) => (await refusalOf(writeDicom(film(over))))?.reason;

describe("a film of a chest from the front", () => {
  test.each(["CR", "DX", "RG", "dx "])("modality %j is one", async (modality) => {
    expect(await reasonOf({ "CS 00080060": modality })).toBeUndefined();
  });

  test.each(["CT", "MR", "US", "MG", "OT", "SR", "RTPLAN", "PLANTED", ""])("%j is none", async (modality) => {
    expect(await reasonOf({ "CS 00080060": modality })).toBe("NOT_A_CHEST_FILM");
  });

  test.each(["", "CHEST", "Thorax", "CHEST PA", "PORT CHEST", "LUNGS", "TORAX_AP", "UNKNOWN"])(
    "body part %j does not speak against it",
    async (part) => {
      expect(await reasonOf({ "CS 00180015": part })).toBeUndefined();
    },
  );

  test.each([
    "EXTREMITY",
    "ABDOMEN",
    "TSPINE",
    "THORACIC SPINE",
    "CHEST LAT",
    "RIB",
    "SKULL",
    "CHESTABDOMEN",
  ])("body part %j does", async (part) => {
    expect(await reasonOf({ "CS 00180015": part })).toBe("NOT_A_CHEST_FILM");
  });

  test.each(["", "AP", "PA", "P.A.", "A/P", "ap portable", "PA ERECT", "FRONTAL", "ANTERO-POSTERIOR"])(
    "view %j does not speak against it",
    async (view) => {
      expect(await reasonOf({ "CS 00185101": view })).toBeUndefined();
    },
  );

  test.each(["LL", "RL", "LAT", "LATERAL", "LLD", "RLO", "LPO", "OBLIQUE"])("view %j does", async (view) => {
    expect(await reasonOf({ "CS 00185101": view })).toBe("NOT_A_CHEST_FILM");
  });
});

describe("one grey picture", () => {
  test.each<[string, Attributes, string]>([
    ["several frames", { "IS 00280008": "2" }, "MULTIFRAME"],
    ["colour", { "US 00280002": [3], "CS 00280004": "RGB" }, "COLOUR_PHOTO"],
    ["a palette", { "CS 00280004": "PALETTE COLOR" }, "COLOUR_PHOTO"],
    ["32 bits", { "US 00280100": [32], "US 00280101": [32], "US 00280102": [31] }, "NOT_AN_IMAGE"],
    ["1 bit", { "US 00280100": [1], "US 00280101": [1], "US 00280102": [0] }, "NOT_AN_IMAGE"],
    ["more bits than there are", { "US 00280101": [17], "US 00280102": [16] }, "NOT_AN_IMAGE"],
    ["31 rows", { "US 00280010": [31] }, "TOO_SMALL"],
    ["65535 rows and columns", { "US 00280010": [65_535], "US 00280011": [65_535] }, "TOO_LARGE"],
    ["a pixel less than there are", { "OW 7FE00010": words(new Array(1023).fill(0)) }, "NOT_AN_IMAGE"],
    ["a pixel more than there are", { "OW 7FE00010": words(new Array(1025).fill(0)) }, "NOT_AN_IMAGE"],
    ["colour after another manner", { "CS 00280004": "YBR_FULL_422" }, "COLOUR_PHOTO"],
    ["an unknown photometric interpretation", { "CS 00280004": "MONOCHROME3" }, "NOT_AN_IMAGE"],
    ["two samples a pixel", { "US 00280002": [2] }, "NOT_AN_IMAGE"],
    ["an empty photometric interpretation", { "CS 00280004": "" }, "NOT_AN_IMAGE"],
    ["a window of letters", { "DS 00281050": "a", "DS 00281051": "b" }, "NOT_AN_IMAGE"],
    ["an unknown window", { "DS 00281050": "1", "DS 00281051": "2", "CS 00281056": "CUBE" }, "NOT_AN_IMAGE"],
    ["a slope of 0", { "DS 00281053": "0" }, "NOT_AN_IMAGE"],
  ])("%s: %#", async (_name, over, reason) => {
    expect(await reasonOf(over)).toBe(reason);
  });

  test("no pixels at all", async () => {
    const { "OW 7FE00010": _gone, ...header } = film();

    expect((await refusalOf(writeDicom(header)))?.reason).toBe("NOT_AN_IMAGE");
  });
});

describe("transfer syntaxes that are not read are named", () => {
  test.each([
    [`${SYNTAX}.4.201`, "HTJ2K"],
    [`${SYNTAX}.4.102`, "video"],
    [`${SYNTAX}.4.110`, "JPEG XL"],
    [`${SYNTAX}.4.55`, "a retired process of JPEG"],
    ["1.2.3.4", "another transfer syntax (1.2.3.4)"],
    [PLANTED, "an identifier that is none"],
  ])("%s", async (transferSyntax, name) => {
    const { "OW 7FE00010": _gone, ...header } = film();
    const pixelElement = writeFragments(Uint8Array.of(1, 2));
    const error = await refusalOf(writeDicom(header, { transferSyntax, pixelElement }));

    expect(error).toMatchObject({ reason: "UNSUPPORTED_TRANSFER_SYNTAX", status: 415 });
    expect(error!.message).toContain(name);
  });

  test("JPEG of 12 bits", async () => {
    const error = await refusalOf(readFileSync(joinPath(FIXTURES, "jpeg-extended-12.dcm")));

    expect(error).toMatchObject({ reason: "UNSUPPORTED_TRANSFER_SYNTAX", status: 415 });
    expect(error!.message).toContain("JPEG extended with 12 bits");
  });
});

describe("a file that was cut short, or changed, is refused or read, and never anything else", () => {
  const names = ["implicit-12", "deflated-12", "rle-12", "jpeg-lossless-12", "jpeg-ls-12", "jpeg-2000-12"];

  test.each(names)("%s, cut anywhere", async (name) => {
    const whole = readFileSync(joinPath(FIXTURES, `${name}.dcm`));
    for (let i = 1; i <= 24; i++) {
      const end = Math.floor((i * whole.length) / 25);
      const error = await refusalOf(whole.subarray(0, end));
      expect(error?.code, `${end} bytes`).toBe("BAD_INPUT");
    }
  });

  test.each(names)("%s, with a bit turned over in its header", async (name) => {
    const whole = readFileSync(joinPath(FIXTURES, `${name}.dcm`));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 128, max: 1000 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const changed = Uint8Array.from(whole);
          changed[at]! ^= 1 << bit;
          const error = await refusalOf(changed);
          expect(error === undefined || error.code === "BAD_INPUT").toBe(true);
        },
      ),
      { seed: 4, numRuns: 60 },
    );
  });
});

describe("what a file may cost", () => {
  const DEEP = 33;

  test("sequences 33 deep are refused, 32 are read", async () => {
    const nest = (depth: number): Attributes =>
      depth === 0 ? {} : { "SQ 00081140": { items: [nest(depth - 1)] } };

    expect(await reasonOf(nest(DEEP - 1))).toBeUndefined();
    expect(await reasonOf(nest(DEEP))).toBe("TOO_LARGE");
  });

  test("a million sequences within one another are refused at once", async () => {
    const opening = join(
      writeElement("SQ 00081140", new Uint8Array(0)).slice(0, 8),
      Uint8Array.of(255, 255, 255, 255),
    );
    const item = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 255, 255, 255, 255);
    const bomb = new Uint8Array(Buffer.alloc(20_000_000, join(opening, item)));

    const startMs = performance.now();
    const error = await refusalOf(join(writeDicom(film({ "OW 7FE00010": "" })).subarray(0, 200), bomb));

    expect(error?.code).toBe("BAD_INPUT");
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  test("millions of small elements are refused", async () => {
    const bomb = new Uint8Array(Buffer.alloc(20_000_000, writeElement("LO 00090010", "")));
    const start = writeDicom({ "CS 00080060": "DX" });

    expect(await refusalOf(join(start, bomb))).toMatchObject({ reason: "TOO_LARGE", status: 413 });
  });

  test("10,001 fragments are refused", async () => {
    const { "OW 7FE00010": _gone, ...header } = film();
    const pixelElement = writeFragments(...new Array<Uint8Array>(10_001).fill(Uint8Array.of(0, 0)));
    const bytes = writeDicom(header, { transferSyntax: `${SYNTAX}.5`, pixelElement });

    expect(await refusalOf(bytes)).toMatchObject({ reason: "TOO_LARGE", status: 413 });
  });

  test("a megabyte that inflates to two gigabytes is refused", async () => {
    const zeros = Buffer.alloc(100_000_000);
    const meta = writeDicom({}, { transferSyntax: `${SYNTAX}.1.99` });

    expect((await refusalOf(join(meta, deflateRawSync(zeros))))?.reason).toBe("NOT_AN_IMAGE");
  });

  test("a codestream that asks for more pixels than its data set is refused before it is decoded", async () => {
    const whole = readFileSync(joinPath(FIXTURES, "jpeg-2000-12.dcm"));
    const at = whole.indexOf(Buffer.of(0xff, 0x4f, 0xff, 0x51));
    whole.writeUInt32BE(60_000, at + 8);
    whole.writeUInt32BE(60_000, at + 12);

    expect((await refusalOf(whole))?.message).toMatch(/its pixels are 60000x60000/);
  });

  test("a file beyond 64 MB is refused", async () => {
    expect(await refusalOf(new Uint8Array(64_000_001))).toMatchObject({ reason: "TOO_LARGE", status: 413 });
  });
});

test("three values of 64 bits before the pixels do not lead astray", async () => {
  const eight = new Uint8Array(8);
  expect(
    await reasonOf({ "OV 7FE00001": eight, "SV 00720082": eight, "UV 00081234": eight }),
  ).toBeUndefined();
});

test("a film inside the sequence of an icon is not the film", async () => {
  const icon = { "US 00280010": [1], "US 00280011": [1], "OW 7FE00010": words([7]) };
  expect(await reasonOf({ "SQ 00880200": { items: [icon] } })).toBeUndefined();
});

test("a false transfer syntax does not matter where pixels are not coded: elements say how they are written", async () => {
  expect(await refusalOf(writeDicom(film(), { transferSyntax: SYNTAX }))).toBeUndefined();
  expect(await refusalOf(writeDicom(film(), { transferSyntax: undefined as never }))).toBeUndefined();
  expect(EXPLICIT).toBe(`${SYNTAX}.1`);
});

test("names and numbers of the header stand in no refusal, nor in its cause", async () => {
  const planted: Attributes = Object.fromEntries(
    [
      ..."PN 00100010,LO 00100020,LO 00080080,SH 00080050,LO 00081030,PN 00080090,LT 00104000,UI 0020000D".split(
        ",",
      ),
      ..."CS 00080060,CS 00180015,CS 00185101,CS 00280004,CS 00281056,DS 00281050".split(","),
    ].map((name) => [name, PLANTED]),
  );
  const header = film({
    "DS 00281051": "5",
    "OW 7FE00010": words(Array.from({ length: 1024 }, (_, i) => i)),
  });
  for (const name of Object.keys(planted)) {
    for (const over of [
      { [name]: PLANTED },
      { ...planted, [name]: "" },
      { ...planted, "CS 00080060": "DX" },
    ]) {
      const bytes = writeDicom({ ...header, ...over });
      for (const file of [
        bytes,
        bytes.subarray(0, bytes.length - 9),
        writeElements({ ...header, ...over }),
      ]) {
        const error = await refusalOf(file);
        const said = JSON.stringify([
          error?.message,
          error?.stack,
          error?.reason,
          String(error?.cause ?? ""),
        ]);
        expect(said).not.toMatch(/planted|ngstr|Zo/i);
      }
    }
  }
});
