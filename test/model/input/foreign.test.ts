import { gzipSync } from "node:zlib";
import { decodeRadiograph } from "@radlite/model/input";
import sharp from "sharp";
import { expect, test } from "vitest";

const picture = () => sharp({ create: { width: 40, height: 40, channels: 3, background: "#777" } });

test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
  ["TIFF", () => picture().tiff().toBuffer(), "save it"],
  ["WebP", () => picture().webp().toBuffer(), "save it"],
  ["GIF", () => picture().gif().toBuffer(), "save it"],
  ["HEIC or AVIF", () => picture().avif().toBuffer(), "save it"],
  ["gzip", async () => gzipSync(await picture().jpeg().toBuffer()), "send what is packed"],
])("%s is refused by its name, with what to do", async (name, make, advice) => {
  await expect(decodeRadiograph(await make())).rejects.toMatchObject({
    ...{ code: "BAD_INPUT", reason: "NOT_AN_IMAGE", status: 415 },
    message: expect.stringMatching(
      new RegExp(
        `^the file is ${name}, which is not read: expected the bytes of a JPEG, PNG or DICOM file; ${advice}`,
      ),
    ),
  });
});

test("bytes of no known kind are shown, however few", async () => {
  for (const [text, start] of [
    ["DICM", "4449434d"],
    ["B", "42"],
  ] as const)
    await expect(decodeRadiograph(Buffer.from(text))).rejects.toThrow(`got bytes starting ${start}`);
});
