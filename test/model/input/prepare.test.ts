import { readFileSync } from "node:fs";
import type { InputRecipe } from "@radlite/model/format";
import { prepareInput } from "@radlite/model/input";
import { prepareWith } from "@radlite/model/input/browser";
import sharp from "sharp";
import { expect, test } from "vitest";

const image = (path: string) => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url));
const plain = (width: number, height: number, channels: 1 | 3): InputRecipe => ({
  width,
  height,
  channels,
  normalise: { kind: "fixed", order: "rgb", mean: [0, 0, 0], scale: [1, 1, 1] },
});

test("golden: a ramp of 32 x 32 to 4 x 2", async () => {
  // Pixel (x, y) is 8x + y mod 8. Eight columns average 8·(8k + 3.5) = 64k + 28, any sixteen rows add 3.5.
  const prepared = await prepareInput(image("images/grey-8.png"), plain(4, 2, 1));
  expect(prepared).toEqual({
    tensor: Float32Array.from([31.5, 95.5, 159.5, 223.5, 31.5, 95.5, 159.5, 223.5]),
    region: { left: 0, top: 0, width: 32, height: 32 },
    isColourful: false,
    kind: "png",
    width: 32,
    height: 32,
    decodeMs: expect.any(Number),
  });
  expect(prepared.decodeMs).toBeGreaterThan(0);
});

test("golden: colours to three channels, and grey repeated", async () => {
  const colour = await prepareInput(image("images/rgb-8.png"), plain(2, 1, 3));
  const repeated = await prepareInput(image("images/grey-8.png"), plain(1, 1, 3));
  // Halves of x average 8·7.5 and 8·23.5, y 8·15.5.
  expect(Array.from(colour.tensor)).toEqual([60, 124, 195, 188, 124, 67]);
  expect(Array.from(repeated.tensor)).toEqual([127.5, 127.5, 127.5]);
});

test("the size is that of the upright original", async () => {
  const lying = sharp(image("radiographs/person1_bacteria_1.jpeg")).resize(200, 100, { fit: "fill" });
  const turned = await lying.withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const { width, height, kind } = await prepareInput(turned, plain(8, 8, 1));
  expect({ width, height, kind }).toEqual({ width: 100, height: 200, kind: "jpeg" });
});

test("a radiograph in 16-bit PNG, 8-bit PNG and rotated with its EXIF tag is one and the same input", async () => {
  const recipe: InputRecipe = { width: 64, height: 64, channels: 1, normalise: { kind: "per-image" } };
  const upright = sharp(image("radiographs/person1_bacteria_1.jpeg")).toColourspace("b-w");
  const eight = await upright.clone().png().toBuffer();
  const sixteen = await upright.clone().toColourspace("grey16").png().toBuffer();
  const turned = await sharp(eight).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer();

  const [one, two, three] = await Promise.all(
    [eight, sixteen, turned].map((bytes) => prepareInput(bytes, recipe)),
  );

  expect(one!.tensor).toEqual(three!.tensor);
  for (let i = 0; i < one!.tensor.length; i++) expect(two!.tensor[i]).toBeCloseTo(one!.tensor[i]!, 1);
});

test("what was decoded is given back once, when nothing reads it any more", async () => {
  const levels = Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => (i * 7) % 256); // in colours
  const picture = {
    kind: "png",
    width: 40,
    height: 40,
    stored: 3,
    channels: 3,
    hasAlpha: false,
    white: 255,
  } as const;
  let times = 0;
  const spoilt = levels.slice();
  const release = () => {
    times += 1;
    spoilt.fill(0);
  };
  const ask = (decoded: { levels: Uint8Array; release?: () => void }) =>
    prepareWith(async () => ({ ...picture, ...decoded }))(
      levels,
      plain(8, 8, 3),
      { side: 30, trim: true },
      20,
    );

  const kept = await ask({ levels });
  const given = await ask({ levels: spoilt, release });

  expect(times).toBe(1);
  expect({ ...given, decodeMs: 0 }).toEqual({ ...kept, decodeMs: 0 });
});
