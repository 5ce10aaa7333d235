import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openImageFolder, placeImage } from "../../../training/fetch/unpack/image-folder.ts";
import { parseNpy } from "../../../training/fetch/unpack/npy.ts";
import { unpackNpz } from "../../../training/fetch/unpack/npz.ts";
import { unpackTfrecord } from "../../../training/fetch/unpack/tfrecord.ts";
import { maskedSum } from "../../../training/fetch/unpack/tfrecord-entries.ts";
import { unpackZip } from "../../../training/fetch/unpack/zip.ts";
import { CHEST_XRAY, fixture, JPEG, LITTER, type PackedFile, packZip, recordWrites } from "./archives.ts";
import { makeFolder } from "./file-server.ts";

const LIMITS = { images: 5, imageBytes: 100_000, totalBytes: 400_000 };
const named = (names: string[]): PackedFile[] => names.map((name) => ({ name }));

async function unpack(files: PackedFile[], change = (bytes: Buffer) => bytes, limits = LIMITS) {
  const path = await packZip(join(makeFolder(), "a.zip"), files);
  writeFileSync(path, change(readFileSync(path)));
  const { folder, written } = recordWrites();
  const { skipped } = await unpackZip(path, folder, limits, {});
  return { written: written.map(([{ set, className, name }]) => `${set}/${className}/${name}`), skipped };
}

const badArchive = (message: RegExp) =>
  expect.objectContaining({
    code: "BAD_INPUT",
    reason: "BAD_ARCHIVE",
    message: expect.stringMatching(message),
  });

describe("zip", () => {
  test("images go to their place whatever folder is in front; litter is left, other files are named", async () => {
    const { written, skipped } = await unpack(named([...CHEST_XRAY, ...LITTER, "chest_xray/README.txt"]));
    expect(written).toEqual(CHEST_XRAY.map((path) => path.slice("chest_xray/".length)));
    expect(skipped).toEqual(["chest_xray/README.txt"]);
  });

  test.each([
    // yazl refuses to write such names; they are put into the bytes.
    ["a climbing name", "xx/xx/train/NORMAL/a.jpeg", "../../train/NORMAL/a.jpeg", /invalid relative path/],
    ["an absolute name", "xtmp/train/NORMAL/a.jpeg", "/tmp/train/NORMAL/a.jpeg", /absolute path/],
    ["a drive", "xx/train/NORMAL/a.jpeg", "C:/train/NORMAL/a.jpeg", /absolute path/],
    ["backslashes", "xx/train/NORMAL/a.jpeg", "..\\train/NORMAL/a.jpeg", /invalid characters in fileName/],
  ])("%s stops it", async (_what, name, evil, message) => {
    const change = (bytes: Buffer) => Buffer.from(bytes.toString("latin1").replaceAll(name, evil), "latin1");
    await expect(unpack(named([name]), change)).rejects.toThrow(badArchive(message));
  });

  test("a link stops it, wherever it leads", async () => {
    const link = { name: "train/NORMAL/a.jpeg", content: Buffer.from("/etc/passwd"), mode: 0o120777 };
    await expect(unpack([link])).rejects.toThrow(badArchive(/train\/NORMAL\/a\.jpeg is a link/));
  });

  test("a bomb stops it before it is unpacked: one large file, or many", async () => {
    const zeros = Buffer.alloc(100_001);
    await expect(unpack([{ name: "train/NORMAL/a.jpeg", content: zeros }])).rejects.toThrow(
      badArchive(/unpacks to 100001 bytes.*at most 100000/),
    );
    const many = Array.from({ length: 5 }, (_, at) => ({
      name: `train/NORMAL/${at}.jpeg`,
      content: Buffer.alloc(99_999),
    }));
    await expect(unpack(many)).rejects.toThrow(badArchive(/all files so far to 499995/));
  });

  test("an entry that unpacks to more than it says stops it", async () => {
    const content = Buffer.alloc(5_000, "x");
    const lie = (bytes: Buffer) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(content.length);
      for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size, at + 1))
        bytes.writeUInt32LE(100, at);
      return bytes;
    };
    await expect(unpack([{ name: "train/NORMAL/a.jpeg", content }], lie)).rejects.toThrow(
      badArchive(/too many bytes|expected 100/),
    );
  });

  test("too many entries stop it, before the first", async () => {
    const files = named(Array.from({ length: 16 }, (_, at) => `litter-${at}.txt`));
    await expect(unpack(files)).rejects.toThrow(badArchive(/16 entries; at most 15/));
  });

  test("a changed byte in an image is found by its CRC-32", async () => {
    const flip = (bytes: Buffer) => bytes.fill(bytes[60]! ^ 1, 60, 61);
    const stored = { name: "train/NORMAL/a.jpeg", content: Buffer.alloc(300, 7), compress: false };
    await expect(unpack([stored], flip)).rejects.toThrow(badArchive(/damaged: its CRC-32 is \d+, expected/));
  });

  test("every truncation is refused or leaves every image", async () => {
    const path = await packZip(join(makeFolder(), "a.zip"), named(CHEST_XRAY));
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length += 13) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(unpackZip(path, recordWrites().folder, LIMITS, {})).rejects.toThrow(badArchive(/./));
    }
  });

  test("only known sets, known classes and plain names have a place", () => {
    expect(placeImage("a/b/train/NORMAL/IM-0115-0001.jpeg")).toEqual({
      set: "train",
      className: "NORMAL",
      name: "IM-0115-0001.jpeg",
    });
    for (const path of [
      "train/NORMAL/..",
      "train/NORMAL/.a.jpeg",
      "train/OTHER/a.png",
      "x/NORMAL/a.png",
      "a.png",
    ]) {
      expect(placeImage(path)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const placed = placeImage(`train/NORMAL/${name}`);
        expect(placed?.name ?? "a.png").toMatch(/^[^/\\\0]+\.(jpe?g|png)$/i);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("TFRecord", () => {
  const pair = { images: fixture("train-images.tfrec"), paths: fixture("train-paths.tfrec") };

  test("the masked check sum of nine digits is what its two definitions give", () => {
    // CRC-32C of "123456789" is e3069283 (RFC 3720); rotated right by 15: 2507c60d; plus a282ead8.
    expect(maskedSum(Buffer.from("123456789"))).toBe((0x2507c60d + 0xa282ead8) >>> 0);
  });

  test("each image goes under the path beside it", async () => {
    const { folder, written } = recordWrites();
    await unpackTfrecord(pair, "train", folder, { imageBytes: 10_000 });
    const seen = await Promise.all(
      written.map(async ([{ set, className, name }, image]) => {
        const { channels } = await sharp(image).stats();
        return [`${set}/${className}/${name}`, channels[0]!.mean];
      }),
    );
    expect(seen).toEqual([
      ["train/NORMAL/NORMAL-28501-0001.jpeg", 50],
      ["train/PNEUMONIA/BACTERIA-7422-0001.jpeg", 90],
      ["train/PNEUMONIA/VIRUS-54-0002.jpeg", 130],
    ]);
  });

  test("every truncation and every changed byte is refused", async () => {
    const whole = readFileSync(pair.images);
    const path = join(makeFolder(), "images.tfrec");
    const attempt = async (bytes: Uint8Array) => {
      writeFileSync(path, bytes);
      await unpackTfrecord({ ...pair, images: path }, "train", recordWrites().folder, { imageBytes: 10_000 });
    };
    for (let at = 0; at < whole.length; at += 11) {
      await expect(attempt(whole.subarray(0, at))).rejects.toThrow(
        badArchive(/ends at byte|more records than/),
      );
      await expect(attempt(whole.map((byte, i) => (i === at ? byte ^ 4 : byte)))).rejects.toThrow(
        badArchive(/damaged/),
      );
    }
  });

  test("files that do not belong together, records that are no images and long ones are refused", async () => {
    const { folder } = recordWrites();
    const read = (images: string, paths: string, imageBytes = 10_000) =>
      unpackTfrecord({ images: fixture(images), paths: fixture(paths) }, "train", folder, { imageBytes });
    await expect(read("train-images.tfrec", "test-paths.tfrec")).rejects.toThrow(badArchive(/than the 2 of/));
    await expect(read("test-images.tfrec", "train-paths.tfrec")).rejects.toThrow(badArchive(/than the 2 of/));
    await expect(read("test-paths.tfrec", "test-paths.tfrec")).rejects.toThrow(badArchive(/is no JPEG file/));
    await expect(read("test-images.tfrec", "test-images.tfrec")).rejects.toThrow(
      badArchive(/names no class/),
    );
    await expect(read("train-images.tfrec", "train-paths.tfrec", 100)).rejects.toThrow(
      badArchive(/at most 100/),
    );
  });
});

describe("npz", () => {
  const COUNTS = { train: 7, val: 3, test: 4 };

  test("every picture comes out as a grey PNG with its pixels, under its label", async () => {
    const { folder, written } = recordWrites();
    await unpackNpz(fixture("tiny.npz"), folder, { side: 6, images: 14 });
    const expected = Object.entries(COUNTS).flatMap(([set, count]) =>
      Array.from({ length: count }, (_, n) => ({
        path: `${set}/${n % 3 === 0 ? "NORMAL" : "PNEUMONIA"}/${set}-0000${n}.png`,
        pixels: Array.from({ length: 36 }, (_, i) => (37 * n + 7 * i) % 256),
      })),
    );
    const seen = await Promise.all(
      written.map(async ([{ set, className, name }, png]) => {
        const { data, info } = await sharp(png)
          .toColourspace("b-w")
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect(info).toMatchObject({ width: 6, height: 6, channels: 1 });
        return { path: `${set}/${className}/${name}`, pixels: [...data] };
      }),
    );
    expect(seen).toEqual(expected);
  });

  test("another side, another type and too much are refused", async () => {
    const { folder } = recordWrites();
    const read = (name: string, side: number, images: number) =>
      unpackNpz(fixture(name), folder, { side, images });
    await expect(read("tiny.npz", 7, 14)).rejects.toThrow(badArchive(/7x6x6; 7x7x7 was expected/));
    await expect(read("wide.npz", 6, 14)).rejects.toThrow(badArchive(/bytes in C order.*'descr': '<f4'/));
    const large = [{ name: "train_images.npy", content: Buffer.alloc(6_000) }];
    const path = await packZip(join(makeFolder(), "a.npz"), large);
    const options = { side: 6, images: 14 };
    await expect(unpackNpz(path, folder, options)).rejects.toThrow(badArchive(/unpacks to 6000 bytes/));
    await expect(read("train-paths.tfrec", 6, 14)).rejects.toThrow(badArchive(/./));
  });

  test("any bytes behind the magic are an array that fits its header, or are refused in words", () => {
    const piece = fc.constantFrom(
      "{'descr': '|u1'",
      "'fortran_order': False",
      "'shape': (2, 3)",
      "'shape': (9",
      ", ",
      "}",
    );
    const bytes = fc.tuple(
      fc.constantFrom(1, 2, 3),
      fc.array(piece, { maxLength: 6 }),
      fc.integer({ min: -3, max: 300 }),
      fc.uint8Array({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(bytes, ([version, pieces, shift, values]) => {
        const text = pieces.join("");
        const size = Buffer.alloc(version === 1 ? 2 : 4);
        size[0] = Math.min(255, Math.max(0, text.length + shift));
        const head = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\x00`, "latin1");
        try {
          const array = parseNpy(Buffer.concat([head, size, Buffer.from(text), values]), "a.npy");
          expect(array.shape.reduce((product, side) => product * side, 1)).toBe(array.values.length);
        } catch (error) {
          expect(error).toEqual(badArchive(/a\.npy/));
        }
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });

  test("an array is what its header says, by hand", () => {
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n";
    const file = (text: string, values: number[]) =>
      Buffer.concat([
        Buffer.from("\x93NUMPY\x01\x00", "latin1"),
        Buffer.from([text.length, 0]),
        Buffer.from(text, "latin1"),
        Buffer.from(values),
      ]);
    const { shape, values } = parseNpy(file(header, [1, 2, 3, 4, 5, 6]), "a.npy");
    expect({ shape, values: [...values] }).toEqual({ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] });

    const refuse = (text: string, bytes: number[], message: RegExp) =>
      expect(() => parseNpy(file(text, bytes), "a.npy")).toThrow(badArchive(message));
    refuse(header, [1, 2, 3, 4, 5], /2x3, was expected to hold 6 values and holds 5/);
    refuse(header.replace("False", "True"), [1, 2, 3, 4, 5, 6], /C order/);
    refuse(header.replace("(2, 3)", "(-2,-3)"), [1, 2, 3, 4, 5, 6], /C order/);
    expect(() => parseNpy(Buffer.from("not NumPy's format"), "a.npy")).toThrow(badArchive(/no \.npy file/));
  });
});

describe("image folder", () => {
  const place = { set: "train", className: "NORMAL", name: "a.jpeg" } as const;

  test("it has its name only once it is whole", async () => {
    const out = join(makeFolder(), "out");
    const folder = await openImageFolder(out, LIMITS);
    await folder.write(place, JPEG);
    expect(existsSync(out)).toBe(false);

    await folder.finish("note.json", { source: "here" });

    expect(readdirSync(out).sort()).toEqual(["note.json", "train"]);
    expect(readFileSync(join(out, "train/NORMAL/a.jpeg")).equals(JPEG)).toBe(true);
    expect(folder.counts).toEqual({ train: [1, 0] });
  });

  test("nothing is left of one that was given up, and a folder with files in it is not touched", async () => {
    const parent = makeFolder();
    const folder = await openImageFolder(join(parent, "out"), LIMITS);
    await folder.write(place, JPEG);
    await folder.discard();
    expect(readdirSync(parent)).toEqual([]);

    writeFileSync(join(parent, "mine.txt"), "");
    await expect(openImageFolder(parent, LIMITS)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/holds mine\.txt/),
    });
  });

  test("the same name twice, too many and too large images are refused", async () => {
    const folder = await openImageFolder(join(makeFolder(), "out"), {
      images: 2,
      imageBytes: 500,
      totalBytes: 700,
    });
    const write = (name: string, bytes: number) => folder.write({ ...place, name }, Buffer.alloc(bytes));
    await write("a.jpeg", 300);
    await expect(write("a.jpeg", 300)).rejects.toThrow(badArchive(/train\/NORMAL\/a\.jpeg is in it twice/));
    await expect(write("b.jpeg", 300)).rejects.toThrow(badArchive(/more than 2 images/));

    const other = await openImageFolder(join(makeFolder(), "out"), {
      images: 9,
      imageBytes: 500,
      totalBytes: 700,
    });
    await expect(other.write(place, Buffer.alloc(501))).rejects.toThrow(badArchive(/an image of 501 bytes/));
    await other.write({ ...place, name: "c.jpeg" }, Buffer.alloc(199));
    await expect(other.write(place, Buffer.alloc(1))).rejects.toThrow(badArchive(/more than 700 bytes/));
  });
});
