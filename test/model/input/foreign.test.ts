import { gzipSync } from "node:zlib";
import { decodeRadiograph } from "@radlite/model/input";
import sharp from "sharp";
import { expect, test } from "vitest";

const picture = () => sharp({ create: { width: 40, height: 40, channels: 3, background: "#777" } });
const latin = (text: string) => Buffer.from(text, "latin1");
const behind = (bytes: number, signature: string) =>
  Buffer.concat([Buffer.alloc(bytes), latin(signature), Buffer.alloc(64)]);
const jpeg = () => picture().jpeg().toBuffer();

/** A JPEG whose frame header has another marker, or another precision. */
async function withFrame(marker: number, precision = 8): Promise<Buffer> {
  const file = await jpeg();
  const at = file.indexOf(Buffer.from([0xff, 0xc0]));
  file[at + 1] = marker;
  file[at + 4] = precision;
  return file;
}

/** Bytes of no kind. */
const SQUARES = Buffer.from(Array.from({ length: 600 }, (_, i) => (7 * i * i + i) & 0xff));

test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
  ["TIFF", () => picture().tiff().toBuffer(), "save it"],
  ["TIFF", () => latin("MM\0*\0\0\0\b"), "save it"],
  ["BigTIFF", () => latin("II+\0\b\0\0\0"), "save it"],
  ["WebP", () => picture().webp().toBuffer(), "save it"],
  ["GIF", () => picture().gif().toBuffer(), "save it"],
  ["AVIF", () => picture().avif().toBuffer(), "save it"],
  ["HEIC", () => latin("\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "save it"],
  ["a video", () => latin("\0\0\0\x18ftypmp42\0\0\0\0"), "send a picture"],
  ["JPEG 2000", () => latin("\0\0\0\fjP  \r\n\x87\n"), "save it"],
  ["JPEG 2000", () => latin("\xff\x4f\xff\x51\0\x29"), "save it"],
  ["JPEG XL", () => latin("\0\0\0\fJXL \r\n\x87\n"), "save it"],
  ["JPEG XL", () => latin("\xff\x0a\xfa\x7f"), "save it"],
  // A frame header of ISO/IEC 14495-1: length, precision, height, width, one component.
  [
    "JPEG-LS",
    () => latin("\xff\xd8\xff\xf7\0\x0b\x08\0\x40\0\x40\x01\x01\x11\0\xff\xda\0\x08"),
    "save it as plain JPEG of 8 bits, or as PNG",
  ],
  ["lossless JPEG", () => withFrame(0xc3), "save it as plain JPEG of 8 bits, or as PNG"],
  ["lossless JPEG", () => withFrame(0xcb), "save it as plain JPEG of 8 bits, or as PNG"],
  ["hierarchical JPEG", () => withFrame(0xc5), "save it as plain JPEG of 8 bits, or as PNG"],
  ["JPEG of 12 bits a level", () => withFrame(0xc1, 12), "save it as plain JPEG of 8 bits, or as PNG"],
  ["NIfTI", () => behind(344, "n+1\0"), "save it"],
  ["NIfTI", () => behind(344, "ni1\0"), "save it"],
  ["NIfTI", () => latin("\x1c\x02\0\0n+2\0\r\n\x1a\n"), "save it"],
  ["a NumPy array", () => latin("\x93NUMPY\x01\0"), "save it"],
  ["PDF", () => latin("%PDF-1.7"), "export the picture"],
  ["gzip", async () => gzipSync(await jpeg()), "send what is packed"],
  ["tar", () => behind(257, "ustar"), "send what is packed"],
  ["HTML", () => latin("\n<!DOCTYPE html>\n<html lang=en>"), "download the picture itself"],
  ["HTML", () => Buffer.from("\ufeff<!-- saved --><HTML>"), "download the picture itself"],
  ["HTML", () => Buffer.from("\ufeff<html><head>", "utf16le"), "download the picture itself"],
  ["SVG", () => latin('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'), "save it"],
  ["JSON", () => latin('{"image": "…"}'), "send the picture itself"],
  ["base64 text", async () => latin((await jpeg()).toString("base64")), "decode it"],
  ["base64 text", async () => latin((await picture().png().toBuffer()).toString("base64")), "decode it"],
  ["base64 text", () => latin(SQUARES.toString("base64").replace(/.{76}/g, "$&\r\n")), "decode it"],
  ["a text file", () => latin("hello, not an image"), "send the picture itself"],
  ["a text file", () => Buffer.from("Befund: unauffällig – grüße\r\n".repeat(60)), "send the picture itself"],
  ["a data URL", () => latin("data:image/jpeg;base64,/9j/4AAQ"), "decode it"],
  [
    "a git-lfs pointer",
    () => latin("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9433\n"),
    "git lfs pull",
  ],
])("%s is refused by its name, with what to do", async (name, make, advice) => {
  const refusal = decodeRadiograph(await make());
  await expect(refusal).rejects.toMatchObject({ code: "BAD_INPUT", reason: "NOT_AN_IMAGE", status: 415 });
  const expected = `the file is ${name}, which is not read: expected the bytes of a JPEG, PNG or DICOM file; `;
  const message = await refusal.then(String, (error: Error) => error.message);
  expect(message.slice(0, expected.length)).toBe(expected);
  expect(message.slice(expected.length)).toContain(advice);
});

test("bytes of no known kind are shown, however few", async () => {
  for (const [text, start] of [
    ["DICM", "4449434d"],
    ["B", "42"],
    ["hello,\x00 not an image", "68656c6c6f"],
  ] as const)
    await expect(decodeRadiograph(Buffer.from(text))).rejects.toThrow(`got bytes starting ${start}`);
});
