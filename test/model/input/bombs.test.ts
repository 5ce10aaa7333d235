/** Files that ask for far more than they show: each costs little, on the server and in the browser. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { deflateSync } from "node:zlib";
import { decodeRadiograph } from "@radlite/model/input";
import { createDecoder } from "@radlite/model/input/browser";
import { expect, test } from "vitest";
import { concatBytes } from "../../fuzz/bytes.ts";
import { flatJpeg } from "../../fuzz/flat-jpeg.ts";
import { writeSegments } from "../../fuzz/jpeg.ts";
import { type Chunk, deflate, deflateZeros, encodeChunks, fillLines, pngChunks } from "../../fuzz/png.ts";

const codec = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
const jpegModule = WebAssembly.compile(readFileSync(codec));
const decodeHere = createDecoder(() => jpegModule);
const radiograph = readFileSync(
  new URL("../../fixtures/radiographs/person1_bacteria_1.jpeg", import.meta.url),
);

const HEADER = { width: 64, height: 64, depth: 8, colour: "grey", interlaced: false } as const;
const LINES = fillLines(HEADER, (at, isFilter) => (isFilter ? 0 : (7 * at) & 0xff));
const picture = (between: Chunk[]) => encodeChunks(pngChunks(HEADER, LINES, between));
const PLAIN = (await decodeRadiograph(picture([]))).pixels;
const letters = (text: string) => new TextEncoder().encode(text);

/** What `work` gives, in less than a second of processor and 100 MB; by the process's peak, which never falls. */
async function cheaply<T>(work: () => Promise<T>): Promise<T> {
  const usage = () => process.resourceUsage();
  const before = usage();
  const result = await work();
  const after = usage();
  const seconds = (after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1e6;
  expect(seconds).toBeLessThan(1);
  expect((after.maxRSS - before.maxRSS) / 1024).toBeLessThan(100);
  return result;
}

const packed = deflateSync(new Uint8Array(50e6).fill(65));
test.each<[string, () => Chunk]>([
  ["zTXt", () => ({ type: "zTXt", data: concatBytes(letters("Title\0\0"), packed) })],
  ["iTXt", () => ({ type: "iTXt", data: concatBytes(letters("Title\0\x01\0\0\0"), packed) })],
  ["iCCP", () => ({ type: "iCCP", data: concatBytes(letters("sRGB\0\0"), packed) })],
  ["a chunk of somebody's own", () => ({ type: "raDl", data: packed })],
])("20 chunks of 50 MB in %s are left packed", async (_name, make) => {
  const file = picture(new Array<Chunk>(20).fill(make()));
  expect((await cheaply(() => decodeRadiograph(file))).pixels).toEqual(PLAIN);
  expect((await cheaply(() => decodeHere(file))).levels).toEqual(PLAIN);
});

test("pixels that unpack to two gigabytes more than the header says: the first ones are read, or the server asked", async () => {
  const [header, , end] = pngChunks(HEADER, LINES, []);
  const bomb = encodeChunks([header!, { type: "IDAT", data: deflateZeros(2e9) }, end!]);
  expect(new Set((await cheaply(() => decodeRadiograph(bomb))).pixels)).toEqual(new Set([0]));
  expect(await cheaply(() => decodeHere(bomb).catch(({ reason }) => reason))).toBe("NEEDS_SERVER");
});

test("pixels in three hundred thousand chunks", async () => {
  const [header, , end] = pngChunks(HEADER, LINES, []);
  const empty = encodeChunks([{ type: "IDAT", data: new Uint8Array(0) }]).subarray(8);
  const whole = encodeChunks([{ type: "IDAT", data: deflate(LINES) }]).subarray(8);
  const many = Buffer.concat([
    encodeChunks([header!]),
    ...new Array(3e5).fill(empty),
    whole,
    encodeChunks([end!]).subarray(8),
  ]);
  expect((await cheaply(() => decodeRadiograph(many))).pixels).toEqual(PLAIN);
  expect((await cheaply(() => decodeHere(many))).levels).toEqual(PLAIN);
});

test("a progressive JPEG of 32 million pixels and hundreds of scans is refused by their number", async () => {
  const size = { width: 6400, height: 5000, sampling: [[1, 1]] as const };
  const file = writeSegments(flatJpeg({ ...size, coefficientScans: 881 }));
  for (const decode of [decodeRadiograph, decodeHere]) {
    const refusal = await cheaply(() => decode(file).catch((error) => error));
    expect(refusal).toMatchObject({ code: "BAD_INPUT", reason: "TOO_MANY_SCANS" });
    expect(refusal.message).toContain("has 882 scans; at most 64 are read");
  }
});

test("scans are counted behind bytes that belong to nothing, and 64 of them are read", async () => {
  const size = { width: 64, height: 64, sampling: [[1, 1]] as const };
  const over = flatJpeg({ ...size, coefficientScans: 64 });
  const junk = over.map((segment) => ({
    ...segment,
    coded: concatBytes(segment.coded, Uint8Array.of(1, 2, 3)),
  }));
  await expect(decodeRadiograph(writeSegments(junk))).rejects.toMatchObject({ reason: "TOO_MANY_SCANS" });
  const most = writeSegments(flatJpeg({ ...size, coefficientScans: 63 }));
  await expect(decodeRadiograph(most)).resolves.toMatchObject({ width: 64, height: 64 });
});

test.each<[string, () => Buffer[]]>([
  [
    "a colour profile of 16 MB",
    () =>
      Array.from({ length: 255 }, (_, i) =>
        segment(
          0xe2,
          Buffer.concat([Buffer.from("ICC_PROFILE\0"), Buffer.from([i + 1, 255]), Buffer.alloc(65_000)]),
        ),
      ),
  ],
  ["a million empty comments", () => [Buffer.concat(new Array(1e6).fill(segment(0xfe, Buffer.alloc(0))))]],
  ["a million restart intervals", () => [Buffer.concat(new Array(1e6).fill(segment(0xdd, Buffer.alloc(2))))]],
  [
    "three hundred EXIF blocks",
    () =>
      new Array(300).fill(
        segment(
          0xe1,
          Buffer.concat([Buffer.from("Exif\0\0MM\0*\0\0\0\x08", "latin1"), Buffer.alloc(65_000, 1)]),
        ),
      ),
  ],
])("%s in a JPEG cost little and change nothing", async (_name, make) => {
  const file = Buffer.concat([radiograph.subarray(0, 2), ...make(), radiograph.subarray(2)]);
  const plain = await decodeRadiograph(radiograph);
  const { pixels } = await cheaply(() => decodeRadiograph(file));
  expect(pixels.every((level, i) => level === plain.pixels[i])).toBe(true);
});

function segment(marker: number, content: Buffer): Buffer {
  const frame = Buffer.from([0xff, marker, 0, 0]);
  frame.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([frame, content]);
}
