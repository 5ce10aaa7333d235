import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openGate } from "@radlite/model/verdict/gate";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { createNumbers } from "../../model/networks.ts";
import { makeFolder, runRadlite } from "../program.ts";

const folder = makeFolder();
const [data, other] = [join(folder, "data"), join(folder, "other")];
const env = { RADLITE_CACHE: join(folder, "cache") };
const gateFile = join(folder, "gate.rlg");
const POPULATION = "drawn columns, no patients";

/** A bright column on a slope, never twice the same; with an edge to one side. */
function drawColumn(seed: number): Promise<Buffer> {
  const numbers = createNumbers(seed);
  const [exposure, width] = numbers.floats(2, 1) as unknown as [number, number];
  const noise = numbers.floats(64 * 64, 20);
  const pixels = Uint8Array.from(noise, (level, at) => {
    const [y, x] = [Math.floor(at / 64) / 63, (at % 64) / 63];
    const column = Math.exp(-(((x - 0.45) / (0.15 + 0.03 * width)) ** 2));
    return 90 + 20 * exposure + 70 * column + 25 * y + 15 * x + level;
  });
  return sharp(pixels, { raw: { width: 64, height: 64, channels: 1 } })
    .png()
    .toBuffer();
}

beforeAll(async () => {
  for (const name of ["NORMAL", "PNEUMONIA"]) mkdirSync(join(data, name), { recursive: true });
  for (let at = 0; at < 150; at++) {
    const file = at % 2 ? `NORMAL/IM-${1000 + at}-0001.png` : `PNEUMONIA/person${at}_virus_1.png`;
    writeFileSync(join(data, file), await drawColumn(at));
  }
  mkdirSync(join(other, "turned"), { recursive: true });
  for (let at = 0; at < 20; at++)
    writeFileSync(
      join(other, "turned", `${at}.png`),
      await sharp(await drawColumn(500 + at))
        .rotate(90)
        .toBuffer(),
    );
  writeFileSync(join(other, "turned", "words.png"), "no picture");
});

test("fit: a file of at most 512 bytes that names its population, the same bytes again, and a table", async () => {
  const args = ["gate", "fit", "--data", data, "--population", POPULATION];
  const first = await runRadlite([...args, "--out", gateFile], { env });
  const again = join(folder, "again.rlg");
  const second = await runRadlite([...args, "--out", again, "--json"], { env });

  expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: "" });
  expect(first.stdout).toMatch(/gate\.rlg: \d+ bytes, SHA-256 [0-9a-f]{64}/);
  expect(first.stdout).toContain(`fitted to 150 radiographs of 150 patients: ${POPULATION}`);
  expect(first.stdout).toMatch(/as they are +150/);
  expect(openGate(readFileSync(gateFile)).population).toBe(POPULATION);
  expect(readFileSync(again)).toEqual(readFileSync(gateFile));
  const { sizeBytes, patients } = JSON.parse(second.stdout);
  expect({ sizeBytes, patients }).toEqual({ sizeBytes: readFileSync(gateFile).length, patients: 150 });
}, 60_000);

test("report: by folder and by change, with what could not be read", async () => {
  const { code, stdout, stderr } = await runRadlite(
    ["gate", "report", gateFile, "--inside", data, "--outside", other, "--json"],
    { env },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { gate, rows } = JSON.parse(stdout);
  const rowOf = (name: string) => rows.find((row: { name: string }) => row.name === name);

  expect(gate.population).toBe(POPULATION);
  expect(rowOf("NORMAL")).toMatchObject({ group: "inside", n: 75, unread: 0 });
  expect(rowOf("all of them")).toMatchObject({ group: "inside", n: 150 });
  expect(rowOf("all of them").refused).toBeLessThanOrEqual(6);
  expect(rowOf("turned")).toMatchObject({ group: "outside", n: 20, refused: 20, unread: 1 });
  expect(rowOf("inverted").rightReason).toBeGreaterThan(140);
  expect(rowOf("turned right")).toMatchObject({ n: 150, group: "changed" });
  expect(rowOf("turned right").rightReason).toBeGreaterThan(140);
}, 60_000);

test.each([
  [["fit", "--data", data, "--out", gateFile, "--population", "x".repeat(90)], /90 bytes; expected 1 to \d+/],
  [["fit", "--data", join(folder, "nowhere"), "--out", gateFile, "--population", "x"], /no such folder/],
  [["report", join(data, "NORMAL/IM-1001-0001.png")], /gate file has|not a gate/],
  [["report", gateFile, "--outside", join(folder, "nowhere")], /cannot read the folder/],
] as const)("%j fails in words", async (args, message) => {
  const { code, stdout, stderr } = await runRadlite(["gate", ...args], { env });
  expect({ code, stdout }).toEqual({ code: expect.any(Number), stdout: "" });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});
