/** More at once than one machine can do: a bounded number of decodes, the rest waits or is asked to, health answers. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

const [WIDTH, HEIGHT] = [8_000, 4_000];

let server: LocalServer;
let large: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  server = await startLocalServer((registry) => promoteTiny(registry, 1));
  large = await drawPng();
});
afterAll(() => server?.stop());

/** A gradient of 32 million pixels in colour. */
async function drawPng(): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.floor(i / 3 / WIDTH / 16) & 0xff;
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 as const };
  return new Uint8Array(await sharp(pixels, { raw }).png({ compressionLevel: 1 }).toBuffer());
}

/** Milliseconds of each answer of /health until `until` settles. */
async function watchHealth(until: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let isOver = false;
  void until.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const startedMs = performance.now();
    expect((await server.get("/health")).status).toBe(200);
    times.push(performance.now() - startedMs);
    await delay(50);
  }
  return times.sort((a, b) => a - b);
}

const peakBytes = () =>
  1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))![1]);

const post = () => server.post("/classify", large, "image/png");

test("twenty pictures of 32 megapixels at once: some are read, the rest learns when to try again", async () => {
  expect((await post()).status).toBe(200);
  const answers = Promise.all(Array.from({ length: 20 }, post));

  const times = await watchHealth(answers);

  const outcomes = await answers;
  const refused = outcomes.filter(({ status }) => status !== 200);
  expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(2);
  for (const { status, headers, body } of refused) {
    expect({ status, code: body.error.code, reason: body.error.reason }).toEqual({
      status: 503,
      code: "UNAVAILABLE",
      reason: "BUSY",
    });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(times[times.length >> 1]).toBeLessThan(100);
  expect(times.at(-1)).toBeLessThan(1_000);
  expect(peakBytes()).toBeLessThan(1.5e9);
});

test("sixty-four of a hundred small pictures at once wait and are read", async () => {
  const small = readFileSync(`${import.meta.dirname}/../fixtures/radiographs/person1_bacteria_1.jpeg`);

  const answers = await Promise.all(
    Array.from({ length: 100 }, () => server.post("/classify", small, "image/jpeg")),
  );

  const read = answers.filter(({ status }) => status === 200);
  expect(read.length).toBeGreaterThanOrEqual(64);
  for (const { body } of read) expect(body.probability).toBe(read[0]!.body.probability);
  for (const { status } of answers) expect([200, 503]).toContain(status);
});
